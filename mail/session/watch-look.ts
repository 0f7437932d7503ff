import type { Cursor } from '../model/changes';
import { changesAfter, find, findBacklog, restOf } from './watch-find';
import type { WatchProgress } from './watch-progress';
import { digest, MARGIN } from './watch-state';
import type { Watched } from './watched';

/** Asks for new messages, and puts them into the queue. Returns whether there may be more at once. */
export async function look(
  watched: Watched,
  progress: WatchProgress,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { queue, recent, settledBefore } = progress;
  const changes = await changesAfter(watched, queue.end, signal);
  const { arrived, cursor, more, restarted, mayBeKnown = false } = changes;
  if (restarted) await compare(watched, progress, cursor, signal);
  else if (arrived.length === 0) queue.moveTo(cursor);
  else {
    // A delta query may tell of the same message again (https://learn.microsoft.com/graph/delta-query-overview).
    const messages = arrived.filter((id) => !recent.hasId(id)).map((id) => ({ id, failures: 0 }));
    queue.add(messages, { cursor, mayBeKnown, settled: settledBefore });
  }
  // From here on, the queue holds them.
  if (!more) settledBefore.clear();
  return arrived.length > 0 || more || restarted;
}

/** After the cursor was lost: finds by their times what may be new since. */
async function compare(
  watched: Watched,
  { queue, recent, settledBefore }: WatchProgress,
  cursor: Cursor,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { query, log = () => {} } = watched.options;
  const { newest, began, backlog } = queue.state;
  // What was there at the start is not new, nor what came before messages that are forgotten by now. But nothing is
  // skipped that was received while others are not settled.
  const known = Math.min(Date.parse(recent.forgotten) + 1, Date.parse(newest));
  const since = new Date(Math.max(Date.parse(newest) - MARGIN, Date.parse(began), known));
  // Their ids may have changed too.
  const left = backlog && (await findBacklog(watched, backlog.since, cursor, signal));
  const messages = [
    ...(left ? restOf(backlog.open.map(digest), left).messages : []),
    ...(await find(watched, query, since, cursor, signal)),
  ];
  queue.add(messages, { cursor, mayBeKnown: true, settled: settledBefore });
  log({ type: 'restarted', found: messages.length, since });
}
