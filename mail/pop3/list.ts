import { isMailError, type MailError } from '../errors';
import type { BatchResult } from '../model/client';
import { SUBSTITUTED, isSubstitute } from '../mime/substitute';
import { reportFailed, type FailedMessages } from '../model/failed-messages';
import { subjectIn } from '../mime/subject';
import { assertNoLabels } from '../model/labels';
import { matches } from '../model/match';
import type { Message } from '../model/message';
import type { MessageSearch, Sort } from '../model/message-search';
import { assertQuery, trimmed, type MessageQuery, type FetchOptions } from '../model/query';
import { unreadable } from '../model/unreadable';
import { chunk } from '../chunk';
import type { PopConnection } from './connection';
import type { Entry } from './entries';
import { PopRefusal, popCannot } from './errors';
import { assertInbox } from './inbox';
import type { Maildrop } from './maildrop';
import { fromHeader, fromSource } from './read';
import { refusedMessage } from './refused-message';
import { readHeaders, readMessages, type CountedData } from './retrieve';

/** How many headers to request at once if some messages will not match. */
const PAGE = 100;

/** Lines of the body that are read for a preview. A body often begins with a dozen lines about its parts. */
const PREVIEW_LINES = 40;

/** `MailClient.listMessages` for POP3. The server only knows sizes; all other criteria are checked here. */
export async function listMessages(
  maildrop: Maildrop,
  folder: string,
  query: MessageQuery,
  wanted: FetchOptions,
  limit: number,
  failed?: FailedMessages,
  sort: Sort = 'newest',
): Promise<Message[]> {
  assertInbox(folder);
  assertAnswerable(assertQuery(query));
  const failures: FailedMessages = new Map();
  const found = await maildrop.exclusively(async (connection) => {
    const messages: Message[] = [];
    const fitting = (await maildrop.entries(connection)).filter(fits(query));
    const candidates = sort === 'newest' ? fitting : fitting.reverse();
    // If every message matches, a message that could not be read still counts towards the limit.
    const decidesHere = !sizesDecide(query);
    const done = () => messages.length + (decidesHere ? 0 : failures.size) >= limit;
    for (const entries of chunk(candidates, Math.min(decidesHere ? PAGE : limit, PAGE))) {
      if (done()) break;
      for await (const [{ id }, message] of read(connection, entries, needed(query, wanted))) {
        if (done()) continue;
        if (isMailError(message)) failures.set(id, message);
        else if (matches(message, query)) messages.push(trimmed(message, wanted));
      }
    }
    return messages;
  });
  reportFailed(failures, failed);
  return found;
}

/** `MailClient.searchMessages` for POP3, which has no folder but the inbox. */
export async function searchMessages(
  maildrop: Maildrop,
  { where, query, wanted, limit, sort }: MessageSearch,
  failed?: FailedMessages,
): Promise<Message[]> {
  for (const folder of 'allExcept' in where ? [] : where) assertInbox(folder);
  return await listMessages(maildrop, 'INBOX', query, wanted, limit, failed, sort);
}

/** `MailClient.findMessages` for POP3. Reads no headers if sizes decide. */
export async function findMessages(
  maildrop: Maildrop,
  folder: string,
  query: MessageQuery,
  limit: number,
  failed?: FailedMessages,
): Promise<string[]> {
  assertInbox(folder);
  if (!sizesDecide(assertQuery(query))) {
    const messages = await listMessages(maildrop, folder, query, { content: false }, limit, failed);
    return messages.map(({ id }) => id);
  }
  const entries = await maildrop.exclusively(async (connection) => await maildrop.entries(connection));
  return entries
    .filter(fits(query))
    .slice(0, limit)
    .map(({ id }) => id);
}

/** `MailClient.getMessages` for POP3. */
export async function getMessages(
  maildrop: Maildrop,
  ids: readonly string[],
  wanted: FetchOptions,
): Promise<BatchResult<Message>> {
  return await maildrop.exclusively(async (connection) => {
    const { entries, outcomes } = await maildrop.byId<Message>(connection, ids);
    const asked = [...entries].flatMap(([id, [entry]]) => (entry ? [{ ...entry, id }] : []));
    for await (const [{ id }, message] of read(connection, asked, needed({}, wanted))) {
      outcomes.set(id, isMailError(message) ? message : trimmed(message, wanted));
    }
    return outcomes;
  });
}

/** `MailClient.matchMessages` for POP3. */
export async function matchMessages(
  maildrop: Maildrop,
  ids: readonly string[],
  query: MessageQuery,
): Promise<BatchResult<boolean>> {
  assertAnswerable(assertQuery(query));
  const messages = await getMessages(maildrop, ids, needed(query, { content: false }));
  return new Map(
    [...messages].map(([id, message]) => [id, isMailError(message) ? message : matches(message, query)]),
  );
}

/** Messages in the order of their entries, or the error for each that was not returned or cannot be read. */
async function* read(
  connection: PopConnection,
  entries: readonly Entry[],
  wanted: FetchOptions,
): AsyncGenerator<[Entry, Message | MailError]> {
  const parse = async (entry: Entry, data: CountedData) =>
    await fromSource(entry, data, wanted).catch((error: unknown) =>
      unreadable({ id: entry.id, subject: subjectIn(data.beginning) }, error),
    );
  const parseHeader = async (header: Buffer, entry: Entry) =>
    await fromHeader(entry, header, wanted).catch((error: unknown) =>
      unreadable({ id: entry.id, subject: subjectIn(header) }, error),
    );
  const answers =
    wanted.content || wanted.attachments === true
      ? readMessages(connection, entries, parse)
      : readHeaders(connection, entries, parseHeader, parse, wanted.preview ? PREVIEW_LINES : 0);
  for await (const [entry, answer] of answers) {
    const isNote = !(answer instanceof PopRefusal) && !isMailError(answer) && isSubstitute(answer);
    const message = isNote ? new PopRefusal('RETR', SUBSTITUTED) : answer;
    yield [entry, message instanceof PopRefusal ? (refusedMessage(entry.id, message) as MailError) : message];
  }
}

/** Whether the server's list of sizes is enough to decide the query. */
const sizesDecide = (query: MessageQuery): boolean =>
  Object.entries(query).every(
    ([key, criterion]) => criterion === undefined || ['largerThan', 'smallerThan'].includes(key),
  );

const fits =
  ({ largerThan = -1, smallerThan = Infinity }: MessageQuery) =>
  ({ size }: Entry): boolean =>
    size > largerThan && size < smallerThan;

/** What must be read to decide the query. */
const needed = (query: MessageQuery, wanted: FetchOptions): FetchOptions => ({
  ...wanted,
  content: wanted.content || query.body !== undefined,
  attachments: wanted.attachments === true || query.hasAttachments !== undefined,
});

function assertAnswerable(query: MessageQuery): void {
  assertNoLabels(query);
  const { isRead, isFlagged, isAnswered, keyword, withoutKeyword, raw } = query;
  if (raw) throw popCannot('search in a language of its own ("Raw Search")');
  if ([isRead, isFlagged, isAnswered, keyword, withoutKeyword].some((criterion) => criterion !== undefined)) {
    throw popCannot('filter by read, flagged, answered or keyword');
  }
}
