import { isMailError } from '../errors';
import type { FailedMessages } from '../model/failed-messages';
import type { Message } from '../model/message';
import { allFolders, type FailedFolders, type MessageSearch } from '../model/message-search';
import { assertQuery } from '../model/query';
import type { FolderEntry } from './folder-tree';
import type { ExchangeParts } from './parts';

/** `MailClient.searchMessages` for Exchange. */
export async function searchMessages(
  { folders, reader }: Pick<ExchangeParts, 'folders' | 'reader'>,
  { where, ...search }: MessageSearch,
  failed: FailedMessages,
  refused: FailedFolders,
): Promise<Message[]> {
  assertQuery(search.query);
  if ('allExcept' in where) {
    const entries = await folders.current();
    const chosen = allFolders(
      entries.map(({ folder }) => folder),
      where.allExcept,
    );
    const isChosen = ({ folder }: FolderEntry) => chosen.includes(folder);
    return await reader.listIn(
      { ...search, folders: entries.filter(isChosen), nearlyAll: true },
      failed,
      refused,
    );
  }
  const [first = '', ...others] = where;
  if (others.length === 0) {
    const { query, wanted, limit, sort } = search;
    return await reader.list(first, query, wanted, limit, failed, sort);
  }
  const named = new Map<string, FolderEntry>();
  for (const folder of where) {
    try {
      const entry = await folders.find(folder);
      named.set(entry.id, entry);
    } catch (error) {
      if (!isMailError(error, 'FOLDER_NOT_FOUND')) throw error;
      refused.set(folder, error);
    }
  }
  const places = { ...search, folders: [...named.values()], nearlyAll: false };
  return named.size > 0 ? await reader.listIn(places, failed, refused) : [];
}
