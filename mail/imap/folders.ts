import type { ImapFlow, ListResponse } from 'imapflow';

import { MailError, invalidInput } from '../errors';
import { isSpecialUse, type FailedFolders, type Folder } from '../model/folder';
import { assertSingleLine } from '../text';
import type { ImapConnection } from './connection';
import { overheardOf } from './overheard';
import { byUse, isInbox, isOpen, plainPath, useOf } from './special-use';
import { statusOf } from './status';
import { uniqueFolders } from './unique-folders';

const COUNTS = { messages: true, unseen: true };

/**
 * `MailClient.listFolders` for IMAP. One LIST, which includes the counts if the server supports it (RFC 5819). A folder
 * whose line cannot be read is missing in it, and nobody knows its name.
 */
export async function listFolders(
  connection: ImapConnection,
  { counts }: { counts: boolean },
  failed?: FailedFolders,
): Promise<Folder[]> {
  const { leftOutOf } = overheardOf(connection.flow);
  const before = leftOutOf.get('LIST');
  const list = async (flow: ImapFlow) => await uniqueFolders(flow, counts ? { statusQuery: COUNTS } : {});
  const listed = counts ? await connection.counting(list) : await connection.exclusively(list);
  if (leftOutOf.get('LIST') !== before) {
    if (!failed) throw unreadName();
    failed.set('?', unreadName());
  }
  const folders = listed.map(toFolder);
  return folders.sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
}

const rank = ({ path }: Folder): number => (isInbox(path) ? 0 : 1);

/** `MailClient.getFolder` for IMAP. */
export async function getFolder(connection: ImapConnection, folder: string): Promise<Folder | undefined> {
  assertNamed('Folder', folder);
  return await connection.counting(async (flow) => {
    const found = await find(flow, folder);
    if (!found?.selectable) return found;
    const { messages: total, unseen: unread } = (await statusOf(flow, found.path, COUNTS)) ?? {};
    return total === undefined || unread === undefined ? found : { ...found, counts: { total, unread } };
  });
}

export function toFolder(listed: ListResponse): Folder {
  const { path, name, delimiter, status } = listed;
  const specialUse = useOf(listed);
  const { messages: total, unseen: unread } = status ?? {};
  return {
    path,
    // UW IMAP lists a folder that holds only folders with the separator at its end.
    name: name || (delimiter && path.split(delimiter).findLast(Boolean)) || path,
    ...(delimiter ? { delimiter } : {}),
    ...(specialUse && { specialUse }),
    // Courier lists the inbox as one that cannot be opened, as soon as there are folders in it.
    selectable: isInbox(path) || isOpen(listed),
    ...(total !== undefined && unread !== undefined ? { counts: { total, unread } } : {}),
  };
}

async function find(flow: ImapFlow, folder: string): Promise<Folder | undefined> {
  const folders = await uniqueFolders(flow);
  const found = isSpecialUse(folder)
    ? byUse(folders).get(folder)
    : folders.find(({ path }) => plainPath(path) === plainPath(folder));
  return found && toFolder(found);
}

export function assertNamed(field: string, name: string): void {
  assertSingleLine(field, name);
  if (name === '') throw invalidInput(field, 'it is empty', 'Enter the path of a folder, such as Archive.');
}

const unreadName = (): MailError =>
  new MailError(
    'SERVER_REFUSED',
    'The server lists a folder in a way that cannot be understood, so this folder is left out',
    'Rename the folder in another mail program: its name has unusual signs.',
  );
