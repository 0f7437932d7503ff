import type { FetchQueryObject, ImapFlow, MailboxObject } from 'imapflow';

import { MailError } from '../errors';
import { reportFailed, type FailedMessages } from '../model/failed-messages';
import type { Message } from '../model/message';
import { assertLabel } from '../model/labels';
import type { Sort } from '../model/message-search';
import { assertQuery, type MessageQuery, type FetchOptions } from '../model/query';
import type { ImapConnection } from './connection';
import type { OnRefused } from './fetch-each';
import { complete, fetchSummaries, type FetchedMessage } from './fetched-message';
import { assertKeyword } from './keywords';
import { formatId } from './message-id';
import { errorOf } from './not-there';
import { pagesInOrder, uidsInOrder } from './pages';
import { summaryFields } from './preview';
import { searchUids } from './search';
import { planSearch, type SearchPlan } from './search-plan';

/** `MailClient.listMessages` for IMAP. One FETCH, regardless of the number of messages. */
export async function listMessages(
  connection: ImapConnection,
  folder: string,
  query: MessageQuery,
  wanted: FetchOptions,
  limit: number,
  failed?: FailedMessages,
  sort: Sort = 'newest',
): Promise<Message[]> {
  assertImapQuery(query);
  const { flow } = connection;
  const failures: FailedMessages = new Map();
  const messages = await connection.inFolder(folder, async (mailbox) => {
    const onRefused = refusedIn(mailbox, failures);
    const plan = await stablePlan(flow, mailbox, await planSearch(flow, mailbox, query), sort);
    const fields = summaryFields(flow, wanted);
    const found = new Map<number, FetchedMessage>();
    for await (const page of pagesOf(flow, mailbox, plan, { limit, sort }, fields, onRefused)) {
      for (const one of page) if (found.size < limit && plan.matches(one.message)) found.set(one.uid, one);
      if (found.size + (plan.undecided ? 0 : failures.size) >= limit) break;
    }
    const whole = await complete(flow, [...found.values()], wanted, onRefused);
    return whole.map(({ message }) => message);
  });
  reportFailed(failures, failed);
  return messages;
}

/** `MailClient.findMessages` for IMAP. One SEARCH, and a FETCH only if the server cannot decide. */
export async function findMessages(
  connection: ImapConnection,
  folder: string,
  query: MessageQuery,
  limit: number,
  failed?: FailedMessages,
): Promise<string[]> {
  assertImapQuery(query);
  const { flow } = connection;
  const failures: FailedMessages = new Map();
  const ids = await connection.inFolder(folder, async (mailbox) => {
    const { path, uidValidity } = mailbox;
    const plan = await planSearch(flow, mailbox, query);
    const { undecided } = plan;
    const uids = new Set(undecided ? [] : await uidsInOrder(flow, mailbox, plan, limit, 'newest'));
    const onRefused = refusedIn(mailbox, failures);
    const order = { limit, sort: 'newest' as const };
    for await (const page of undecided ? pagesOf(flow, mailbox, plan, order, undecided, onRefused) : []) {
      for (const one of page) if (uids.size < limit && plan.matches(one.message)) uids.add(one.uid);
      if (uids.size >= limit) break;
    }
    return [...uids].map((uid) => formatId({ folder: path, uidValidity, uid }));
  });
  reportFailed(failures, failed);
  return ids;
}

/** After this many pages without any message, the server's message count is considered wrong. */
const MOST_EMPTY_PAGES = 3;

/**
 * The messages that may match, in pages, in order. By UID, because sequence numbers shift if another client deletes
 * messages between two pages.
 *
 * @throws {MailError} SERVER_REFUSED if the server reports messages but returns none
 */
async function* pagesOf(
  flow: ImapFlow,
  mailbox: MailboxObject,
  plan: SearchPlan,
  { limit, sort }: { limit: number; sort: Sort },
  fields: FetchQueryObject,
  onRefused: OnRefused,
): AsyncGenerator<FetchedMessage[]> {
  let emptyPages = 0;
  for (const { set, uid } of pagesInOrder(mailbox, plan, limit, sort)) {
    let refusals = 0;
    const counted: OnRefused = (...refused) => {
      refusals++;
      onRefused(...refused);
    };
    const page = await fetchSummaries(flow, mailbox, set, uid, counted, fields);
    emptyPages = page.length + refusals > 0 ? 0 : emptyPages + 1;
    if (emptyPages >= MOST_EMPTY_PAGES) throw nothingThere(mailbox);
    yield sort === 'newest' ? page : page.reverse();
  }
}

/**
 * From the oldest on, a message that another client deletes between two pages would move an unseen one to the page that
 * was read. So several pages are read by UID.
 */
async function stablePlan(
  flow: ImapFlow,
  { exists }: MailboxObject,
  plan: SearchPlan,
  sort: Sort,
): Promise<SearchPlan> {
  if (sort === 'newest' || plan.found || !plan.undecided || exists === 0) return plan;
  return { ...plan, found: await searchUids(flow) };
}

/** Reports messages that the server refused, by the id that they would have. */
export const refusedIn =
  ({ path: folder, uidValidity }: MailboxObject, failures: FailedMessages): OnRefused =>
  (uid, refusal) => {
    const id = formatId({ folder, uidValidity, uid });
    failures.set(id, errorOf(id, refusal));
  };

/** @throws {MailError} INVALID_INPUT */
export function assertImapQuery(query: MessageQuery): void {
  assertQuery(query);
  for (const keyword of query.keyword ?? []) assertKeyword('Filter "Keyword"', keyword);
  for (const label of query.label ?? []) assertLabel('Filter "Label"', label);
  for (const keyword of query.withoutKeyword ?? []) assertKeyword('Filter "Without Keyword"', keyword);
}

const nothingThere = ({ path, exists }: MailboxObject): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `The server counts ${exists} messages in the folder "${path}", but gives none of them`,
    'Try again later; if it always happens, ask the administrator of the mail server.',
  );
