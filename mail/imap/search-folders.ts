import { isMailError } from '../errors';
import { reportFailed, type FailedMessages } from '../model/failed-messages';
import type { Message } from '../model/message';
import { allFolders, inOrder, type FailedFolders, type MessageSearch } from '../model/message-search';
import type { MessageQuery } from '../model/query';
import { ofOneFolder } from './batch-result';
import type { ImapConnection } from './connection';
import { hiddenInGmail } from './delete';
import { offers } from './exec-or-throw';
import { listFolders } from './folders';
import { getMessages } from './get';
import { listMessages } from './list';
import { gmailSearch } from './raw-search';

/** Gmail's name in English for all messages but those in spam and trash. */
const ALL_MAIL = 'All Mail';

/** The folders to search, by path, and what for. */
interface Places {
  folders: string[];
  query: MessageQuery;
}

/** `MailClient.searchMessages` for IMAP. One SELECT, one SEARCH and one FETCH for each folder. */
export async function searchMessages(
  connection: ImapConnection,
  search: MessageSearch,
  failed?: FailedMessages,
  failedFolders?: FailedFolders,
): Promise<Message[]> {
  const { where, wanted, limit, sort } = search;
  if (!('allExcept' in where) && where.length === 1) {
    return await listMessages(connection, where[0]!, search.query, wanted, limit, failed, sort);
  }
  const refused: FailedFolders = new Map();
  const { folders, query } = await placesOf(connection, search, refused);
  const failures: FailedMessages = new Map();
  const found: Message[] = [];
  // What is beyond the limit of all folders together is not downloaded.
  const readsMore = limit !== Infinity && (wanted.content || wanted.headers === true);
  const first = readsMore ? { content: false } : wanted;
  for (const folder of folders) {
    try {
      found.push(...(await listMessages(connection, folder, query, first, limit, failures, sort)));
    } catch (error) {
      refused.set(folder, await ofOneFolder(connection, error));
    }
  }
  const chosen = inOrder(found, sort, limit);
  const messages = readsMore ? await completed(connection, chosen, search, failures) : chosen;
  reportFailed(failures, failed);
  reportFailed(refused, failedFolders);
  return messages;
}

async function placesOf(
  connection: ImapConnection,
  { where, query }: MessageSearch,
  refused: FailedFolders,
): Promise<Places> {
  if (!('allExcept' in where)) return { folders: await resolved(connection, where, refused), query };
  const folders = await listFolders(connection, { counts: false }, refused);
  const { allExcept } = where;
  const everything = folders.find(({ specialUse }) => specialUse === '\\All');
  const chosen = allFolders(folders, allExcept).map(({ path }) => path);
  if (!offers(connection.flow, 'X-GM-EXT-1')) return { folders: chosen, query };
  if (!everything) {
    // What has no label that is shown, such as archived mail, is nowhere else.
    refused.set(ALL_MAIL, hiddenInGmail(ALL_MAIL));
    return { folders: chosen, query };
  }
  // Gmail's folders are labels, and All Mail has everything but junk and trash, with the drafts.
  const others = folders.filter(({ specialUse }) => specialUse === '\\Junk' || specialUse === '\\Trash');
  const paths = [everything, ...others].map(({ path }) => path);
  return {
    folders: paths.filter((path) => path === everything.path || chosen.includes(path)),
    query: allExcept.includes('\\Drafts') ? { ...query, raw: withoutDrafts(query.raw) } : query,
  };
}

/** The same search without drafts, in the language in which it is written. */
function withoutDrafts(raw = ''): string {
  const gmail = gmailSearch(raw);
  return gmail === undefined ? `UNDRAFT ${raw}`.trim() : `gmail: (${gmail}) -in:drafts`;
}

/** The paths, each once. */
async function resolved(
  connection: ImapConnection,
  folders: readonly string[],
  refused: FailedFolders,
): Promise<string[]> {
  const paths = new Set<string>();
  for (const folder of folders) {
    try {
      paths.add(await connection.exclusively(async () => await connection.specialFolders.resolve(folder)));
    } catch (error) {
      refused.set(folder, await ofOneFolder(connection, error));
    }
  }
  return [...paths];
}

async function completed(
  connection: ImapConnection,
  chosen: readonly Message[],
  { wanted }: MessageSearch,
  failures: FailedMessages,
): Promise<Message[]> {
  const read = await getMessages(
    connection,
    chosen.map(({ id }) => id),
    wanted,
  );
  return chosen.flatMap(({ id }) => {
    const message = read.get(id);
    if (message && !isMailError(message)) return [message];
    // Deleted since the search, so it is left out.
    if (message && message.code !== 'MESSAGE_NOT_FOUND') failures.set(id, message);
    return [];
  });
}
