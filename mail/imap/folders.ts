import type { ImapFlow, ListOptions, ListResponse } from 'imapflow';

import { invalidInput, type MailError } from '../errors';
import { isSpecialUse, type Folder } from '../model/folder';
import { assertSingleLine } from '../text';
import type { ImapConnection } from './connection';
import { explained, folderExists } from './folder-errors';
import { openFolder } from './open-folder';
import { isInbox, plainPath } from './special-use';

const COUNTS = { messages: true, unseen: true };

/** `MailClient.listFolders` for IMAP: one LIST, with the counts in it where the server can (RFC 5819). */
export async function listFolders(
  connection: ImapConnection,
  { counts }: { counts: boolean },
): Promise<Folder[]> {
  const options: ListOptions = counts ? { statusQuery: COUNTS } : {};
  const folders = (await connection.exclusively(async (flow) => await flow.list(options))).map(toFolder);
  return folders.sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
}

const rank = ({ path }: Folder): number => (isInbox(path) ? 0 : 1);

/** `MailClient.getFolder` for IMAP. */
export async function getFolder(connection: ImapConnection, folder: string): Promise<Folder | undefined> {
  assertNamed('Folder', folder);
  return await connection.exclusively(async (flow) => {
    const found = await find(flow, folder);
    if (!found?.selectable) return found;
    const { messages: total, unseen: unread } = (await flow.status(found.path, COUNTS)) || {};
    return total === undefined || unread === undefined ? found : { ...found, counts: { total, unread } };
  });
}

/** `MailClient.createFolder` for IMAP; parents are made by the server (RFC 9051 section 6.3.4). */
export async function createFolder(connection: ImapConnection, path: string): Promise<Folder> {
  assertPath('Folder Path', path);
  return await connection.exclusively(async (flow) => {
    connection.specialFolders.forget();
    const { created } = await explained(flow, { target: path }, async () => await flow.mailboxCreate(path));
    if (!created) throw folderExists(path);
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
  return await connection.exclusively(async (flow) => {
    const path = await connection.specialFolders.resolve(folder);
    // RFC 9051 section 6.3.6: it would move all messages out of the inbox instead, and leave it there.
    if (isInbox(path)) throw notTheInbox('renamed', 'Move its messages to another folder instead.');
    connection.specialFolders.forget();
    await leave(flow);
    const names = { source: path, target: newPath };
    await explained(flow, names, async () => await flow.mailboxRename(path, newPath));
    // Programs that show only subscribed folders would lose sight of it.
    await flow.mailboxSubscribe(newPath);
    await flow.mailboxUnsubscribe(path);
    return await made(flow, newPath);
  });
}

/** `MailClient.deleteFolder` for IMAP. */
export async function deleteFolder(connection: ImapConnection, folder: string): Promise<void> {
  await connection.exclusively(async (flow) => {
    const path = await connection.specialFolders.resolve(folder);
    if (isInbox(path)) throw notTheInbox('deleted', 'Empty it instead.');
    connection.specialFolders.forget();
    await leave(flow);
    await explained(flow, { source: path }, async () => await flow.mailboxDelete(path));
    await flow.mailboxUnsubscribe(path);
  });
}

function toFolder({ path, name, delimiter, specialUse = '', flags, status }: ListResponse): Folder {
  const { messages: total, unseen: unread } = status ?? {};
  return {
    path,
    name,
    ...(delimiter ? { delimiter } : {}),
    ...(isSpecialUse(specialUse) ? { specialUse } : {}),
    selectable: !flags.has('\\Noselect') && !flags.has('\\NonExistent'),
    ...(total !== undefined && unread !== undefined ? { counts: { total, unread } } : {}),
  };
}

async function find(flow: ImapFlow, folder: string): Promise<Folder | undefined> {
  const folders = (await flow.list()).map(toFolder);
  return folders.find(({ path, specialUse }) =>
    isSpecialUse(folder) ? specialUse === folder : plainPath(path) === plainPath(folder),
  );
}

/** The folder as the server calls it, which may leave out a separator at the end. */
const made = async (flow: ImapFlow, path: string): Promise<Folder> =>
  (await find(flow, path)) ?? (await find(flow, path.slice(0, -1))) ?? { path, name: path, selectable: true };

/**
 * Leaves the selected folder: it may be the one to be changed, or within it. CLOSE would remove what is marked as
 * deleted in it.
 */
async function leave(flow: ImapFlow): Promise<void> {
  if (flow.mailbox && !isInbox(flow.mailbox.path)) await openFolder(flow, 'INBOX');
}

function assertNamed(field: string, name: string): void {
  assertSingleLine(field, name);
  if (name === '') throw invalidInput(field, 'it is empty', 'Enter the path of a folder, such as Archive.');
}

function assertPath(field: string, path: string): void {
  assertNamed(field, path);
  if (!isSpecialUse(path)) return;
  throw invalidInput(
    field,
    `${path} is a use, and no path`,
    'Enter the path of the folder, such as Archive/2026.',
  );
}

const notTheInbox = (done: string, remedy: string): MailError =>
  invalidInput('Folder', `the inbox cannot be ${done}`, remedy);
