import { isMailError } from '../errors';
import type { BatchResult, MoveResult, StoredMessage } from '../model/client';
import type { FolderEntry, FolderTree } from './folder-tree';
import type { ExchangeParts } from './parts';

/*
 * Changes that name a folder by its id: it may have been deleted and created again since the folders were read. Then they
 * are tried once more, in the new one.
 */

type Parts = Pick<ExchangeParts, 'changer' | 'folders' | 'store'>;

const NOT_THERE = ['FOLDER_NOT_FOUND', 'MESSAGE_NOT_FOUND'] as const;

/** `MailClient.moveMessages` and `copyMessages` for Exchange. */
export async function relocate(
  { changer, folders }: Parts,
  way: 'copy' | 'move',
  ids: readonly string[],
  folder: string,
): Promise<BatchResult<MoveResult>> {
  const { id } = await folders.find(folder);
  const outcomes = await changer[way](ids, folder);
  // Exchange does not always say whether the message or the folder is missing.
  const isNone = outcomes.size > 0 && [...outcomes.values()].every((one) => isMailError(one, ...NOT_THERE));
  if (!isNone || (await foundAgain(folders, folder)).id === id) return outcomes;
  return await changer[way](ids, folder);
}

/** `MailClient.appendMessage` for Exchange. */
export async function appendMessage(
  { folders, store }: Parts,
  folder: string,
  message: StoredMessage,
): Promise<MoveResult> {
  const known = await folders.find(folder);
  try {
    return await store.append(known, message);
  } catch (error) {
    if (!isMailError(error, ...NOT_THERE)) throw error;
    const now = await foundAgain(folders, folder);
    if (now.id === known.id) throw error;
    return await store.append(now, message);
  }
}

async function foundAgain(folders: FolderTree, folder: string): Promise<FolderEntry> {
  folders.forget();
  return await folders.find(folder);
}
