import type { MailClient } from '../../../../mail/model/client';
import type { FailedMessages } from '../../../../mail/model/failed-messages';
import type { Session } from '../../../../mail/session/session';
import type { BulkAction, BulkResult } from './bulk';
import { inChunks } from './chunks';
import type { FilterSelection } from './selection';
import type { Tally } from './batch-counter';

/** Works on all messages of a folder that match, and tells how many there were. */
export async function runFilter<P, R>(
  action: BulkAction<P, R>,
  session: Session,
  parameters: P,
  { folder, query, dryRun }: FilterSelection,
  tally: Tally,
): Promise<BulkResult> {
  /** Nobody knows whether they match, so nothing is done to them. */
  const unread: FailedMessages = new Map();
  const find = async (client: MailClient) => {
    unread.clear();
    return await client.findMessages(folder, query, Infinity, unread);
  };
  const ids = await session.use(find, { repeatable: true });
  const report = { folder, matched: ids.length };
  const untold = [...unread].map(([id, error]) => ({ id, error }));
  if (dryRun) {
    const failed = untold.map(({ id, error }) => ({ id, error: error.message }));
    return { json: { ...report, [action.done]: 0, failed, dryRun }, error: untold[0]?.error };
  }
  const { outcomes, stoppedBy } = await inChunks(action, session, parameters, ids);
  for (const id of ids) tally.count(outcomes.get(id) ?? stoppedBy);
  for (const { error } of untold) tally.count(error);
  const refused = [...outcomes].flatMap(([id, outcome]) =>
    outcome instanceof Error ? [{ id, error: outcome }] : [],
  );
  const errors = [...refused, ...untold];
  const failed = errors.map(({ id, error }) => ({ id, error: error.message }));
  return {
    json: { ...report, [action.done]: outcomes.size - refused.length, failed, dryRun },
    error: errors[0]?.error ?? stoppedBy,
  };
}
