import { MailError } from '../errors';
import type { Folder } from '../model/folder';
import type { FailedFolders } from '../model/message-search';
import type { ImapConnection } from './connection';
import { listFolders } from './folders';
import { overheardOf } from './overheard';

/**
 * All folders, for a search in them. A folder whose line in the list cannot be read is missing in it, and nobody knows
 * its name.
 */
export async function foldersToSearch(connection: ImapConnection, refused: FailedFolders): Promise<Folder[]> {
  const { leftOutOf } = overheardOf(connection.flow);
  const before = leftOutOf.get('LIST');
  const folders = await listFolders(connection, { counts: false });
  if (leftOutOf.get('LIST') !== before) refused.set('?', unreadName());
  return folders;
}

const unreadName = (): MailError =>
  new MailError(
    'SERVER_REFUSED',
    'The server lists a folder in a way that cannot be understood, so it was not searched',
    'Rename the folder in another mail program: its name has unusual signs.',
  );
