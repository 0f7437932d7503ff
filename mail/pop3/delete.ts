import type { BatchResult, MoveResult } from '../model/client';
import { MailError } from '../errors';
import { PopRefusal, isTemporary, popCannot } from './errors';
import type { Maildrop } from './maildrop';

/**
 * `MailClient.deleteMessages` for POP3. Messages are deleted when the session ends (RFC 1939 section 6), so it is ended
 * here. The next task starts a new one.
 */
export async function deleteMessages(
  maildrop: Maildrop,
  ids: readonly string[],
  { permanently }: { permanently: boolean },
): Promise<BatchResult<MoveResult>> {
  if (!permanently) throw noTrash();
  return await maildrop.exclusively(async (connection) => {
    const { entries, outcomes } = await maildrop.byId<MoveResult>(connection, ids);
    // One id may stand for several copies of a message, and two ids for the same message.
    const numbers = [...new Set([...entries.values()].flat().map(({ number }) => number))];
    const refusals = new Map<number, PopRefusal>();
    const commands = numbers.map((number) => `DELE ${number}`);
    let index = 0;
    for await (const answer of connection.pipeline(commands, async () => await Promise.resolve(true))) {
      const number = numbers[index++]!;
      if (answer instanceof PopRefusal) refusals.set(number, answer);
    }
    if (refusals.size < numbers.length) {
      const fate = await maildrop.commit(connection).then(
        (): MoveResult => ({}),
        (error: Error) => uncertain(error.message),
      );
      for (const id of entries.keys()) outcomes.set(id, fate);
    }
    for (const [id, copies] of entries) {
      const refused = copies.flatMap(({ number }) => refusals.get(number) ?? []);
      if (refused[0]) outcomes.set(id, notDeleted(id, refused[0], copies.length - refused.length));
    }
    return outcomes;
  });
}

/** The message still exists: only UIDL shows what is in a maildrop, and it listed the message in this session. */
const notDeleted = (id: string, refusal: PopRefusal, deleted: number): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `The server did not delete the message ${id} (${refusal.message})${deleted > 0 ? `, but ${deleted} of its copies` : ''}`,
    isTemporary(refusal)
      ? 'Try again later: the server says that this is temporary. The message is still there.'
      : 'The message is still there. Try again later, or delete it in another mail program.',
  );

const noTrash = (): MailError =>
  popCannot(
    'move messages to a trash: it has none',
    'Switch on "Delete Permanently", or set "Protocol" of Email Connect to "IMAP".',
  );

const uncertain = (reason: string): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `It is not known whether the message was deleted: the session did not end properly (${reason})`,
    'List the messages again before you try again.',
  );
