import type { Cursor, FolderChanges } from '../model/changes';
import type { FailedMessages } from '../model/failed-messages';
import type { MessageQuery } from '../model/query';
import type { Candidate } from './watch-queue';
import { digest } from './watch-state';
import { read, type Watched } from './watched';

/** How many changes to ask for at once; only ids are read of them. */
const CHANGES = 250;
/** How many messages that are there already can arrive: the newest. */
const MOST_FOUND = 10_000;

/** What arrived after a cursor, page by page. */
export async function changesAfter(
  watched: Watched,
  cursor: Cursor,
  signal: AbortSignal | undefined,
): Promise<FolderChanges> {
  const { folder } = watched.options;
  return await read(
    watched,
    async (client) => await client.changesSince(folder, cursor, { limit: CHANGES, signal }),
  );
}

/**
 * The messages that were there before a cursor and arrive too, oldest first.
 *
 * @param since of a start with a date; otherwise the unread ones
 */
export async function findBacklog(
  watched: Watched,
  since: string | undefined,
  cursor: Cursor,
  signal: AbortSignal | undefined,
): Promise<Candidate[]> {
  const { session, options } = watched;
  const { query } = options;
  if (since) return await find(watched, query, new Date(since), cursor, signal);
  if (query.isRead) return [];
  // POP3 does not keep which messages were read.
  const isUnread = session.settings.protocol === 'pop3' ? query : { ...query, isRead: false };
  return await findBefore(watched, isUnread, cursor, signal);
}

/**
 * What is left of a backlog.
 *
 * @param next digests of the next messages
 */
export function restOf(
  next: readonly string[],
  all: readonly Candidate[],
): { messages: readonly Candidate[]; mayBeKnown: boolean } {
  const isNext = new Set(next);
  const first = all.findIndex(({ id }) => isNext.has(digest(id)));
  // If others have removed all that came next, only their Message-IDs tell which messages were settled.
  return { messages: all.slice(Math.max(0, first)), mayBeKnown: first < 0 };
}

/** The messages that match and were received at this time or later, oldest first, but none that arrived after the cursor. */
export async function find(
  watched: Watched,
  query: MessageQuery,
  since: Date,
  cursor: Cursor,
  signal: AbortSignal | undefined,
): Promise<Candidate[]> {
  const { receivedAfter } = query;
  const later = receivedAfter && receivedAfter > since ? receivedAfter : since;
  return await findBefore(watched, { ...query, receivedAfter: later }, cursor, signal);
}

async function findBefore(
  watched: Watched,
  query: MessageQuery,
  cursor: Cursor,
  signal: AbortSignal | undefined,
): Promise<Candidate[]> {
  const { folder } = watched.options;
  const failed: FailedMessages = new Map();
  const found = await read(watched, async (client) => {
    failed.clear();
    return await client.findMessages(folder, query, MOST_FOUND, failed);
  });
  // Asked afterwards, so that no message falls in between: these arrive with the changes.
  const later = await allAfter(watched, cursor, signal);
  return [
    ...[...failed.keys()].map((id) => ({ id, isMatched: false, failures: 0 })),
    ...found.reverse().map((id) => ({ id, isMatched: true, failures: 0 })),
  ].filter(({ id }) => !later.has(id));
}

async function allAfter(
  watched: Watched,
  cursor: Cursor,
  signal: AbortSignal | undefined,
): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let at = cursor; ; ) {
    signal?.throwIfAborted();
    const { arrived, more, cursor: end } = await changesAfter(watched, at, signal);
    for (const id of arrived) ids.add(id);
    if (!more) return ids;
    at = end;
  }
}
