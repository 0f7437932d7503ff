import type { ImapFlow } from 'imapflow';

import { isMailError } from '../errors';
import type { ImapConnection } from './connection';
import { deleteMessages, isGmail } from './delete';
import { deleteOrUnmark, notSaid, stillThere } from './expunge';
import { formatId } from './message-id';
import { uncertain } from './batch-result';
import { refusalIn } from './refusal';
import { searchUids } from './search';

/** `MailClient.emptyFolder` for IMAP. Two commands, regardless of the folder's size, and one more if it is not empty then. */
export async function emptyFolder(connection: ImapConnection, folder: string): Promise<number> {
  const path = await connection.pathOf(folder);
  if (isGmail(connection) && path !== (await connection.pathOf('\\Trash'))) {
    return await emptyLabel(connection, path);
  }
  let isSent = false;
  try {
    return await connection.inFolder(path, async (mailbox) => {
      const { exists } = mailbox;
      if (exists === 0) return 0;
      isSent = true;
      await deleteOrUnmark(connection.flow, `1:${exists}`, false);
      // What has arrived meanwhile is not marked.
      if (mailbox.exists > 0 && (await hasMarked(connection.flow))) throw stillThere();
      return exists;
    });
  } catch (error) {
    const isSilence = isMailError(error, 'CONNECTION_LOST', 'COMMAND_TIMEOUT');
    throw isSent && isSilence ? uncertain(error.message) : error;
  }
}

/** @throws {MailError} CHANGE_UNCERTAIN if the server does not say it */
async function hasMarked(flow: ImapFlow): Promise<boolean> {
  try {
    return (await searchUids(flow, { deleted: true })).length > 0;
  } catch (error) {
    const refusal = refusalIn(error);
    throw refusal ? notSaid(refusal) : error;
  }
}

/** See `isGmail`. */
async function emptyLabel(connection: ImapConnection, path: string): Promise<number> {
  const ids = await connection.inFolder(path, async ({ uidValidity, exists }) => {
    const uids = exists === 0 ? [] : await searchUids(connection.flow);
    return uids.map((uid) => formatId({ folder: path, uidValidity, uid }));
  });
  const outcomes = await deleteMessages(connection, ids, { permanently: true });
  for (const outcome of outcomes.values()) {
    if (isMailError(outcome) && outcome.code !== 'MESSAGE_NOT_FOUND') throw outcome;
  }
  return ids.length;
}
