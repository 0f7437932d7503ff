import type { BatchResult, MoveResult } from '../model/client';
import { MailError, isMailError } from '../errors';
import type { ImapConnection } from './connection';
import { changeMessages } from './batch-result';
import { moveTo } from './move';
import { removeMessages } from './expunge';

/** `MailClient.deleteMessages` for IMAP. */
export async function deleteMessages(
  connection: ImapConnection,
  ids: readonly string[],
  { permanently }: { permanently: boolean },
): Promise<BatchResult<MoveResult>> {
  if (!permanently) return await toTrash(connection, ids, await trashOf(connection));
  if (isGmail(connection)) return await throughTrash(connection, ids, await trashOf(connection));
  return await changeMessages<MoveResult>(connection, ids, removeMessages);
}

/**
 * Whether folders are labels. A message that is removed from such a folder loses its label and stays in All Mail,
 * unless the account is configured differently. Only messages removed from the trash are deleted.
 */
export const isGmail = ({ flow }: ImapConnection): boolean => flow.capabilities.has('X-GM-EXT-1');

/** Moves messages to the trash. Messages already in the trash are deleted for good. */
const toTrash = async (connection: ImapConnection, ids: readonly string[], trash: string) =>
  await changeMessages<MoveResult>(connection, ids, async (change) => {
    if (change.mailbox.path === trash) await removeMessages(change);
    else await moveTo(change, trash);
  });

async function throughTrash(
  connection: ImapConnection,
  ids: readonly string[],
  trash: string,
): Promise<BatchResult<MoveResult>> {
  const outcomes = await toTrash(connection, ids, trash);
  const inTrash = new Map<string, string>();
  for (const [id, outcome] of outcomes) {
    if (!isMailError(outcome) && outcome.folder !== undefined) inTrash.set(id, outcome.id ?? '');
  }
  let removed: BatchResult<MoveResult> = new Map();
  let failure: unknown;
  try {
    removed = await changeMessages<MoveResult>(connection, [...inTrash.values()], removeMessages);
  } catch (error) {
    if (!isMailError(error)) throw error;
    failure = error;
  }
  for (const [id, idInTrash] of inTrash) {
    const outcome = removed.get(idInTrash) ?? failure;
    outcomes.set(id, isMailError(outcome) ? leftInTrash(outcome) : {});
  }
  return outcomes;
}

async function trashOf(connection: ImapConnection): Promise<string> {
  try {
    return await connection.pathOf('\\Trash');
  } catch (error) {
    if (!isMailError(error, 'FOLDER_NOT_FOUND')) throw error;
    if (isGmail(connection)) throw hiddenInGmail('Trash');
    throw new MailError(
      'FOLDER_NOT_FOUND',
      'The server has no trash folder',
      'Delete the messages permanently, move them to another folder, or create a folder named Trash.',
    );
  }
}

/** The error for a folder that every Gmail account has, and that its owner chose not to show to mail programs. */
export const hiddenInGmail = (label: string): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    `Gmail does not show "${label}" to mail programs`,
    `In Gmail, open Settings → Labels and choose to show ${label} in IMAP (some languages call the trash Bin).`,
  );

const leftInTrash = ({ code, message, description }: MailError): MailError =>
  new MailError(code, `The message is in the trash, but was not deleted for good: ${message}`, description);
