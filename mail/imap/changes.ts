import type { MailboxObject } from 'imapflow';

import { formatCursor, parseCursor } from '../model/cursor';
import type { ChangesOptions, Cursor, FolderChanges } from '../model/changes';
import type { ImapConnection } from './connection';
import { formatId } from './message-id';
import { nextUid } from './next-uid';
import { searchUids } from './search';

/** UIDs only grow, unless the folder gets another UIDVALIDITY (RFC 9051 section 2.3.1.1). */
interface Position {
  folder: string;
  uidValidity: string;
  /** The lowest UID that may be that of a new message. */
  next: number;
}

const KIND = 'imap';

/** How many UIDs to search at first. Each further search takes four times as many, because there may be gaps. */
const FIRST_RANGE = 1000;

/** `MailClient.changesSince` for IMAP: one SELECT, and a SEARCH over the new UIDs if there are any. */
export async function changesSince(
  connection: ImapConnection,
  folder: string,
  cursor: Cursor | undefined,
  { limit, signal }: ChangesOptions,
): Promise<FolderChanges> {
  const { flow } = connection;
  return await connection.inFolder(folder, read, { isFresh: true });

  async function read({ path, uidValidity, uidNext, exists }: MailboxObject): Promise<FolderChanges> {
    const next = (await nextUid(flow)) ?? 1;
    const here = { folder: path, uidValidity: String(uidValidity) };
    const before = cursor === undefined ? undefined : parseCursor<Position>(KIND, cursor);
    const start = before?.folder === here.folder && before.uidValidity === here.uidValidity && before.next;
    // A server that was restored from a backup gives out the same UIDs again.
    if (!isUid(start) || (uidNext && start > uidNext)) {
      const now = formatCursor(KIND, { ...here, next });
      return { cursor: now, arrived: [], more: false, restarted: cursor !== undefined };
    }
    // Without UIDNEXT, the next UID seems to be lower when the newest message was deleted.
    const end = Math.max(start, next);
    const uids: number[] = [];
    for (let from = start, range = FIRST_RANGE; exists > 0 && from < end && uids.length <= limit; ) {
      signal?.throwIfAborted();
      const to = Math.min(end - 1, from + range - 1);
      uids.push(...(await searchUids(flow, { uid: `${from}:${to}` })));
      from = to + 1;
      range *= 4;
    }
    const arrived = uids.slice(0, limit).map((uid) => formatId({ folder: path, uidValidity, uid }));
    const left = uids[limit];
    const last = uids.at(-1);
    // Not behind UIDs of which nothing is there: some servers give out a UID before they show its message.
    const position = { ...here, next: left ?? (last === undefined ? start : last + 1) };
    return { cursor: formatCursor(KIND, position), arrived, more: left !== undefined, restarted: false };
  }
}

const isUid = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 0xffffffff + 1;
