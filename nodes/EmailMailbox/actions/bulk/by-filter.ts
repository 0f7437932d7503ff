import type { Session } from '../../../../mail/session/session';
import { search } from '../shared/name-failed';
import type { BatchCounter } from './batch-counter';
import { inChunks } from './chunks';
import type { FilterSelection } from './selection';
import type { BulkAction, BulkResult } from './types';

/** Works on all messages of a folder that match, and counts them. */
export async function runByFilter<P, R>(
  action: BulkAction<P, R>,
  session: Session,
  parameters: P,
  { folder, query, dryRun }: FilterSelection,
  counter: BatchCounter,
): Promise<BulkResult> {
  const { found: ids, failed: unread } = await search<string[]>(
    async (work) => await session.use(work, { repeatable: true }),
    async (client, failed) => await client.findMessages(folder, query, Infinity, failed),
  );
  const report = { folder, matched: ids.length };
  // It is not known whether these match, so they are left alone.
  const unknown = [...unread].map(([id, error]) => ({ id, error }));
  if (dryRun) {
    const failed = unknown.map(({ id, error }) => ({ id, error: error.message }));
    return { json: { ...report, [action.done]: 0, failed, dryRun }, error: unknown[0]?.error };
  }
  const { results, stoppedBy } = await inChunks(action, session, parameters, ids);
  for (const id of ids) counter.count(results.get(id) ?? stoppedBy);
  for (const { error } of unknown) counter.count(error);
  const refused = [...results].flatMap(([id, result]) =>
    result instanceof Error ? [{ id, error: result }] : [],
  );
  const errors = [...refused, ...unknown];
  const failed = errors.map(({ id, error }) => ({ id, error: error.message }));
  return {
    json: { ...report, [action.done]: results.size - refused.length, failed, dryRun },
    error: errors[0]?.error ?? stoppedBy,
  };
}
