import type { Message } from '../model/message';
import type { MessageQuery } from '../model/query';
import { RecentMessages } from './recent-messages';
import { findBacklog, restOf } from './watch-find';
import type { WatchProgress } from './watch-progress';
import { WatchQueue, isPast } from './watch-queue';
import { MARGIN, type WatchState } from './watch-state';
import { read, type Watched } from './watched';

/** At the start, the time of the newest of so many messages is the time of the start. */
const LATEST = 10;
/** How many messages of that time are remembered. */
const REMEMBERED = 500;

/** Where a watch begins that has no state: at the end of the folder, with the messages there that arrive too. */
export async function beginHere(watched: Watched, signal: AbortSignal | undefined): Promise<WatchProgress> {
  const { folder, start, log = () => {} } = watched.options;
  // Before the position, so that these are not taken for known: what arrives in between is new.
  const { newest, there } = await newestThere(watched);
  const { cursor } = await read(
    watched,
    async (client) => await client.changesSince(folder, undefined, { limit: 1, signal }),
  );
  const since = typeof start === 'object' ? start.since.toISOString() : undefined;
  const messages = start === 'new' ? [] : await findBacklog(watched, since, cursor, signal);
  const isLeft = new Set(messages.map(({ id }) => id));
  const recent = new RecentMessages();
  for (const message of there) if (!isLeft.has(message.id)) recent.add(message);
  const queue = new WatchQueue(cursor, newest, newest);
  queue.addBacklog(messages, { cursor, mayBeKnown: false, backlog: { since } });
  log({ type: 'started', found: messages.length });
  return { queue, recent, settledBefore: new Set() };
}

/** Where the watch ended that left this state. */
export async function goOn(
  watched: Watched,
  stored: WatchState,
  signal: AbortSignal | undefined,
): Promise<WatchProgress> {
  const { cursor, backlog } = stored;
  const queue = new WatchQueue(cursor, stored.newest, stored.began);
  const recent = new RecentMessages(stored.recent, stored.forgotten);
  const settledBefore = new Set(stored.settled);
  if (backlog) {
    const rest = restOf(backlog.next, await findBacklog(watched, backlog.since, cursor, signal));
    queue.addBacklog(rest.messages, {
      ...{ cursor, mayBeKnown: rest.mayBeKnown, settled: settledBefore },
      backlog: { since: backlog.since },
    });
  }
  return { queue, recent, settledBefore };
}

/** When the newest message was received, and what was received then, oldest first. */
async function newestThere(watched: Watched): Promise<{ newest: string; there: Message[] }> {
  const { folder } = watched.options;
  const list = async (query: MessageQuery, limit: number) =>
    await read(
      watched,
      async (client) => await client.listMessages(folder, query, { content: false }, limit, new Map()),
    );
  const [newest] = (await list({}, LATEST))
    .flatMap(({ receivedAt }) => receivedAt ?? [])
    .filter(isPast)
    .sort()
    .reverse();
  if (!newest) return { newest: new Date(Date.now() - MARGIN).toISOString(), there: [] };
  const there = await list({ receivedAfter: new Date(newest) }, REMEMBERED);
  return { newest, there: there.reverse() };
}
