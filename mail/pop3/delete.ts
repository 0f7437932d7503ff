import type { BatchResult, MoveResult } from '../model/client';
import { MailError } from '../errors';
import { popCannot } from './errors';
import type { Maildrop } from './maildrop';
import { messageGone } from './message-id';

/**
 * `MailClient.deleteMessages` for POP3. Messages go when the session ends (RFC 1939 section 6), so it is ended; the
 * next work begins another one.
 */
export async function deleteMessages(
  maildrop: Maildrop,
  ids: readonly string[],
  { permanently }: { permanently: boolean },
): Promise<BatchResult<MoveResult>> {
  if (!permanently) throw noTrash();
  return await maildrop.exclusively(async (connection) => {
    const { entries, outcomes } = await maildrop.byId<MoveResult>(connection, ids);
    const marked: string[] = [];
    const asked = [...entries];
    const commands = asked.map(([, { number }]) => `DELE ${number}`);
    let index = 0;
    for await (const answer of connection.pipeline(commands, async () => await Promise.resolve(true))) {
      const [id = ''] = asked[index++] ?? [];
      if (answer === true) marked.push(id);
      else outcomes.set(id, messageGone(id));
    }
    if (marked.length === 0) return outcomes;
    const fate = await maildrop.commit(connection).then(
      (): MoveResult => ({}),
      (error: Error) => uncertain(error.message),
    );
    for (const id of marked) outcomes.set(id, fate);
    return outcomes;
  });
}

const noTrash = (): MailError =>
  popCannot(
    'move messages to a trash: it has none',
    'Switch on "Delete Permanently", or set "Protocol" of Email Connect to "IMAP".',
  );

const uncertain = (reason: string): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `Whether the message was deleted is not known: the session did not end in good order (${reason})`,
    'List the messages again before you delete it once more.',
  );
