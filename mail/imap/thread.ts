import type { ImapFlow, MailboxObject, SearchObject } from 'imapflow';

import { isMailError } from '../errors';
import { reportFailed, type FailedMessages } from '../model/failed-messages';
import { inOrder, type FailedFolders } from '../model/message-search';
import type { Message } from '../model/message';
import {
  isHeaderId,
  notAThread,
  withoutCopies,
  type ThreadOptions,
  type ThreadReference,
} from '../model/thread';
import { ofOneFolder } from './batch-result';
import type { ImapConnection, SeenFolders } from './connection';
import { complete, fetchSummaries, type FetchedMessage } from './fetched-message';
import { summaryFields } from './preview';
import { getMessages } from './get';
import { refusedIn } from './list';
import { searchUids } from './search';
import { plainPath } from './special-use';
import { threadFolders } from './thread-folders';
import { toSets } from './uid-set';

/**
 * `MailClient.threadMessages` for IMAP. One SEARCH for each folder, and one FETCH if it finds something; two more if the
 * thread is given by a message.
 */
export async function threadMessages(
  connection: ImapConnection,
  thread: ThreadReference,
  options: ThreadOptions,
  failed?: FailedMessages,
  failedFolders?: FailedFolders,
): Promise<Message[]> {
  const { flow } = connection;
  const start = 'id' in thread ? await messageOf(connection, thread.id) : undefined;
  const threadId = 'id' in thread ? start?.threadId : thread.threadId.trim();
  // Without a Message-ID, nobody could answer it in a way that can be recognized.
  if (start && threadId === undefined) return [await messageOf(connection, start.id, options)];
  const search = searchFor(flow, threadId ?? '');
  const refused: FailedFolders = new Map();
  const folders = await threadFolders(connection, start?.folder, options.allFolders ?? false, refused);
  const isShown = ({ id, isDraft }: Message) => !isDraft || options.allFolders === true || id === start?.id;
  const failures: FailedMessages = new Map();
  const seen: SeenFolders = new Set(start && [start.folder]);
  const found: Message[] = [];
  for (const path of folders) {
    try {
      const here = await connection.inFolder(
        path,
        async (mailbox) => await messagesIn(flow, mailbox, search, { ...options, isShown }, failures),
        { seen },
      );
      found.push(...here);
    } catch (error) {
      // What affects only one folder; it is not known whether it has messages of the thread.
      refused.set(path, await ofOneFolder(connection, error));
    }
  }
  reportFailed(failures, failed);
  reportFailed(refused, failedFolders);
  const ranks = new Map(folders.map((path, rank) => [path, rank]));
  return inOrder(
    withoutCopies(found, (folder) => ranks.get(plainPath(folder)) ?? 0),
    options.sort ?? 'oldest',
    options.limit,
  );
}

async function messageOf(
  connection: ImapConnection,
  id: string,
  { wanted }: Pick<ThreadOptions, 'wanted'> = { wanted: { content: false } },
): Promise<Message> {
  const message = (await getMessages(connection, [id], wanted)).get(id)!;
  if (isMailError(message)) throw message;
  return message;
}

/** The form of THREADID (RFC 8474 section 7), and of X-GM-THRID, which is a number of 64 bits. */
const OBJECT_ID = /^[\w-]{1,255}$/;
const GMAIL_ID = /^\d{1,20}$/;

/**
 * The SEARCH for a thread: by the server's own id of it, or by the Message-ID that started it. A reply that names it in
 * neither References nor In-Reply-To is not found.
 */
function searchFor(flow: ImapFlow, threadId: string): SearchObject {
  if (isHeaderId(threadId)) {
    return {
      or: ['References', 'Message-ID', 'In-Reply-To'].map((name) => ({ header: { [name]: threadId } })),
    };
  }
  const isNative = flow.capabilities.has('OBJECTID')
    ? OBJECT_ID.test(threadId)
    : flow.capabilities.has('X-GM-EXT-1') && GMAIL_ID.test(threadId);
  if (!isNative) throw notAThread(threadId);
  return { threadId };
}

async function messagesIn(
  flow: ImapFlow,
  mailbox: MailboxObject,
  search: SearchObject,
  { wanted, sort = 'oldest', limit, isShown }: ThreadOptions & { isShown: (message: Message) => boolean },
  failures: FailedMessages,
): Promise<Message[]> {
  if (mailbox.exists === 0) return [];
  const onRefused = refusedIn(mailbox, failures);
  const found: FetchedMessage[] = [];
  for (const set of toSets(await searchUids(flow, search))) {
    found.push(...(await fetchSummaries(flow, mailbox, set, true, onRefused, summaryFields(flow, wanted))));
  }
  // No more of them can be in the result, so no more texts are downloaded.
  const shown = new Set(inOrder(found.map(({ message }) => message).filter(isShown), sort, limit));
  const whole = await complete(
    flow,
    found.filter(({ message }) => shown.has(message)),
    wanted,
    onRefused,
  );
  return whole.map(({ message }) => message);
}
