import { isMailError } from '../errors';
import { reportFailed, type FailedMessages } from '../model/failed-messages';
import type { Folder, SpecialUse } from '../model/folder';
import type { Message } from '../model/message';
import { inOrder, LEFT_OUT } from '../model/message-search';
import { notAThread, rankOf, withoutCopies, type ThreadOptions, type ThreadReference } from '../model/thread';
import { DELIMITER } from './folder-paths';
import { isId } from './ids';
import type { ExchangeParts } from './parts';

/**
 * `MailClient.threadMessages` for Exchange, which groups messages to conversations itself, across all folders
 * ([MS-OXOMSG] section 2.2.1.2).
 */
export async function threadMessages(
  { folders, reader }: Pick<ExchangeParts, 'folders' | 'reader'>,
  thread: ThreadReference,
  options: ThreadOptions,
  failed?: FailedMessages,
): Promise<Message[]> {
  const { wanted, allFolders = false, sort = 'oldest', limit } = options;
  const start =
    'id' in thread ? (await reader.get([thread.id], { content: false })).get(thread.id) : undefined;
  if (isMailError(start)) throw start;
  const threadId = 'id' in thread ? start?.threadId : thread.threadId.trim();
  // Exchange 2007 has no ids of threads, which is for the reader to say.
  if (!threadId || !(start || isId(threadId))) throw notAThread(threadId ?? '');
  const failures: FailedMessages = new Map();
  const found = await reader.thread(threadId, wanted, failures);
  reportFailed(failures, failed);
  const useOf = usesBy(await folders.list());
  const rank = (folder: string) => rankOf(useOf(folder), folder === start?.folder);
  const isShown = ({ folder, isDraft }: Message) =>
    folder === start?.folder || !(isDraft || LEFT_OUT.some((use) => use === useOf(folder)));
  return inOrder(withoutCopies(allFolders ? found : found.filter(isShown), rank), sort, limit);
}

/** The special use of a folder, or of the one that it is in: what was deleted with its folder is in the trash. */
function usesBy(folders: readonly Folder[]): (path: string) => SpecialUse | undefined {
  const uses = new Map(folders.map(({ path, specialUse }) => [path, specialUse]));
  return (path) => uses.get(path) ?? uses.get(path.split(DELIMITER, 1)[0]!);
}
