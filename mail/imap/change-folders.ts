import type { ImapFlow } from 'imapflow';

import { MailError, invalidInput, isMailError } from '../errors';
import { isSpecialUse, type Folder } from '../model/folder';
import type { ImapConnection } from './connection';
import { explained, folderExists } from './folder-errors';
import { assertNamed, toFolder } from './folders';
import { openFolder } from './open-folder';
import { INBOX, folderMissing, isInbox, plainPath } from './special-use';
import { uniqueFolders } from './unique-folders';

/** `MailClient.createFolder` for IMAP. The server creates missing parents (RFC 9051 section 6.3.4). */
export async function createFolder(connection: ImapConnection, path: string): Promise<Folder> {
  assertPath('Path', path);
  return await changeFolder(connection, async (flow, progress) => {
    const { created } = await explained(flow, { target: path }, async () => await flow.mailboxCreate(path));
    if (!created) throw folderExists(path);
    progress.done({ path, name: path, selectable: true });
    return await made(flow, path);
  });
}

/** `MailClient.renameFolder` for IMAP. Folders within it move with it. */
export async function renameFolder(
  connection: ImapConnection,
  folder: string,
  newPath: string,
): Promise<Folder> {
  assertPath('New Path', newPath);
  return await changeFolder(connection, async (flow, progress) => {
    const path = await connection.specialFolders.resolve(folder);
    // RFC 9051 section 6.3.6: this would move all messages out of the inbox and keep the inbox.
    if (isInbox(path)) throw notTheInbox('renamed', 'Move its messages to another folder instead.');
    await leave(flow);
    const within = await subscribedWithin(flow, path);
    progress.begin();
    const names = { source: path, target: newPath };
    await explained(flow, names, async () => await flow.mailboxRename(path, newPath));
    progress.done({ path: newPath, name: newPath, selectable: true });
    const renamed = await made(flow, newPath, path);
    // Programs that show only subscribed folders would no longer show it, nor those that moved with it.
    for (const before of [path, ...within]) {
      await flow.mailboxSubscribe(renamed.path + before.slice(path.length));
      await flow.mailboxUnsubscribe(before);
    }
    return renamed;
  });
}

/** The paths of the folders within a folder that the account is subscribed to. */
async function subscribedWithin(flow: ImapFlow, folder: string): Promise<string[]> {
  const folders = await uniqueFolders(flow);
  return folders
    .filter(
      ({ path, delimiter, subscribed }) => subscribed && delimiter && path.startsWith(folder + delimiter),
    )
    .map(({ path }) => path);
}

/** `MailClient.deleteFolder` for IMAP. */
export async function deleteFolder(connection: ImapConnection, folder: string): Promise<void> {
  await changeFolder(connection, async (flow, progress) => {
    const path = await connection.specialFolders.resolve(folder);
    if (isInbox(path)) throw notTheInbox('deleted', 'Empty it instead.');
    await leave(flow);
    progress.begin();
    await explained(flow, { source: path }, async () => await flow.mailboxDelete(path));
    progress.done(undefined);
    await flow.mailboxUnsubscribe(path);
  });
}

/** How far a change has got, in case the connection is lost. */
interface Progress<T> {
  /** Nothing sent before this was part of the change. */
  begin(): void;
  /** The server confirmed the change. */
  done(result: T): void;
}

/**
 * Changes folders. If the connection is lost after the server confirmed the change, the change counts as done. If the
 * command was sent but not answered, the result is unknown.
 *
 * @throws {MailError} CHANGE_UNCERTAIN
 */
async function changeFolder<T>(
  connection: ImapConnection,
  work: (flow: ImapFlow, progress: Progress<T>) => Promise<T>,
): Promise<T> {
  const { flow } = connection;
  const sent = () => flow.stats().sent;
  let sentBefore = sent();
  let result: { value: T } | undefined;
  const begin = () => (sentBefore = sent());
  try {
    return await connection.exclusively(async () => {
      connection.specialFolders.forget();
      begin();
      return await work(flow, { begin, done: (value) => (result = { value }) });
    });
  } catch (error) {
    if (!isMailError(error, 'CONNECTION_LOST', 'COMMAND_TIMEOUT')) throw error;
    if (result) return result.value;
    throw sent() > sentBefore ? uncertainFolder(error.message) : error;
  }
}

/**
 * The folder that the server created, under the server's name for it. Servers drop unneeded separators, and spell the
 * name of the inbox their own way.
 *
 * @param before the folder's previous path
 * @throws {MailError} FOLDER_NOT_FOUND, SERVER_REFUSED if the server confirmed the folder but did not create it
 */
async function made(flow: ImapFlow, path: string, before?: string): Promise<Folder> {
  const folders = (await uniqueFolders(flow)).map(toFolder);
  const folder =
    folders.find((one) => plainPath(one.path) === plainPath(path)) ??
    folders.find((one) => sameName(one, path));
  if (folder) return folder;
  const isThere = folders.some((one) => before !== undefined && plainPath(one.path) === plainPath(before));
  throw before === undefined || isThere ? notMade(path) : folderMissing(before);
}

/** Whether the paths are the same, apart from what servers change in them. */
function sameName({ path, delimiter }: Folder, wanted: string): boolean {
  const plain = (text: string) => {
    const parts = delimiter ? text.split(delimiter).filter(Boolean) : [text];
    return parts.map((part, i) => (i === 0 ? plainPath(part) : part).normalize('NFC')).join('\n');
  };
  return plain(path) === plain(wanted);
}

/**
 * Deselects the current folder, which may be the folder to change or one within it. CLOSE would expunge its messages.
 */
async function leave(flow: ImapFlow): Promise<void> {
  if (flow.mailbox && !isInbox(flow.mailbox.path)) await openFolder(flow, INBOX);
}

function assertPath(field: string, path: string): void {
  assertNamed(field, path);
  if (!isSpecialUse(path)) return;
  throw invalidInput(
    field,
    `${path} is not a path but a use`,
    'Enter the path of the folder, such as Archive/2026.',
  );
}

const notMade = (path: string): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `The server said that it made the folder "${path}", but it has no such folder`,
    'Use another name: without the separator of the server at its end, and without signs that it keeps for itself.',
  );

const uncertainFolder = (reason: string): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `It is not known whether the folder was changed: ${reason}`,
    'Check whether the folder exists before you run this again.',
  );

const notTheInbox = (done: string, remedy: string): MailError =>
  invalidInput('Folder', `the inbox cannot be ${done}`, remedy);
