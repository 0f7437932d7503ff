import type { Session } from '../../../../mail/session/session';
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
  const ids = await session.use(async (client) => await client.findMessages(folder, query, Infinity), {
    repeatable: true,
  });
  const report = { folder, matched: ids.length };
  if (dryRun) return { json: { ...report, [action.done]: 0, failed: [], dryRun } };
  const { results, stoppedBy } = await inChunks(action, session, parameters, ids);
  for (const id of ids) counter.count(results.get(id) ?? stoppedBy);
  const errors = [...results].flatMap(([id, result]) =>
    result instanceof Error ? [{ id, error: result }] : [],
  );
  const failed = errors.map(({ id, error }) => ({ id, error: error.message }));
  return {
    json: { ...report, [action.done]: results.size - failed.length, failed, dryRun },
    error: errors[0]?.error ?? stoppedBy,
  };
}
