import type { ImapFlow } from 'imapflow';

import type { MailError } from '../errors';
import { uniqueFolders } from './unique-folders';
import { folderRefused } from './folder-refused';
import { isMissingFolder } from './open-folder';
import type { Refusal } from './refusal';
import { folderMissing, plainPath } from './special-use';

/**
 * Explains why a command that names a folder was refused. Some servers send no code if the folder does not exist, so
 * LIST is used to check.
 */
export async function missingOrRefused(flow: ImapFlow, path: string, refusal: Refusal): Promise<MailError> {
  if (isMissingFolder(refusal.code)) return folderMissing(path);
  const isMissing = refusal.code === undefined && !(await isListed(flow, path));
  return isMissing ? folderMissing(path) : await folderRefused(flow, path, refusal);
}

async function isListed(flow: ImapFlow, path: string): Promise<boolean> {
  const folders = await uniqueFolders(flow);
  return folders.some(
    (folder) => plainPath(folder.path) === plainPath(path) && !folder.flags.has('\\NonExistent'),
  );
}
