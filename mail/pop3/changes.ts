import { changesInList, type KnownMessages } from '../model/changes-in-list';
import { formatCursor, parseCursor } from '../model/cursor';
import type { ChangesOptions, Cursor, FolderChanges } from '../model/changes';
import type { Entry } from './entries';
import { assertInbox } from './inbox';
import type { Maildrop } from './maildrop';
import { parseId } from './message-id';

const KIND = 'pop3';

/** What arrived in a maildrop. Its cursor is the set of all unique-ids, because their order means nothing. */
export class PopChanges {
  /** The cursor up to which the messages were given that the current session shows. */
  private unfinished?: Cursor;

  constructor(private readonly maildrop: Maildrop) {}

  /** `MailClient.changesSince` for POP3. Takes a new login, unless there was one a moment ago. */
  async since(
    folder: string,
    cursor: Cursor | undefined,
    { limit, signal }: ChangesOptions,
  ): Promise<FolderChanges> {
    assertInbox(folder);
    signal?.throwIfAborted();
    const { maildrop } = this;
    if (!maildrop.isNew && (cursor === undefined || cursor !== this.unfinished)) await maildrop.reconnect();
    const entries = await maildrop.exclusively(async (connection) => await maildrop.entries(connection));
    const list = [...entries].reverse().map((entry) => ({ id: entry.id, key: keyOf(entry) }));
    const before = cursor === undefined ? undefined : (parseCursor<KnownMessages>(KIND, cursor) ?? {});
    const changes = changesInList(list, before, limit);
    const { now, ...told } = changes ?? changesInList(list, undefined, limit)!;
    const next = formatCursor(KIND, now);
    this.unfinished = told.more ? next : undefined;
    return { cursor: next, ...told, restarted: changes === undefined };
  }
}

/** An id says of how many copies it is one, and that changes when another copy arrives. */
function keyOf({ id, uidl }: Entry): string {
  const { copy } = parseId(id);
  return copy && copy.nth > 1 ? `${uidl} ${copy.nth}` : uidl;
}
