import type { Message } from '../model/message';
import { assertQuery, matchesExactly, type MessageQuery, type FetchOptions } from '../model/query';
import type { ImapConnection } from './connection';
import { complete, fetchSummaries, type FetchedMessage } from './fetched-message';
import { assertKeyword } from './keywords';
import { formatId } from './message-id';
import { newestPages, newestUids, undecidedBySearch } from './newest';

/** `MailClient.listMessages` for IMAP: one FETCH, whatever the number of messages. */
export async function listMessages(
  connection: ImapConnection,
  folder: string,
  query: MessageQuery,
  wanted: FetchOptions,
  limit: number,
): Promise<Message[]> {
  assertImapQuery(query);
  const { flow } = connection;
  return await connection.inFolder(folder, async (mailbox) => {
    // By UID, since sequence numbers shift when another client deletes while this one turns the pages.
    const found = new Map<number, FetchedMessage>();
    for await (const { set, uid } of newestPages(flow, mailbox, query, limit)) {
      const page = await fetchSummaries(flow, mailbox, set, uid, (message) => matchesExactly(message, query));
      for (const item of page) if (found.size < limit) found.set(item.uid, item);
      if (found.size >= limit) break;
    }
    return await complete(flow, [...found.values()], wanted);
  });
}

/** `MailClient.findMessages` for IMAP: one SEARCH, and no FETCH but where the server cannot decide. */
export async function findMessages(
  connection: ImapConnection,
  folder: string,
  query: MessageQuery,
  limit: number,
): Promise<string[]> {
  assertImapQuery(query);
  const { flow } = connection;
  return await connection.inFolder(folder, async (mailbox) => {
    const { path, uidValidity } = mailbox;
    const undecided = undecidedBySearch(query);
    const uids = new Set(undecided ? [] : await newestUids(flow, mailbox, query, limit));
    for await (const { set, uid } of undecided ? newestPages(flow, mailbox, query, limit) : []) {
      const isWanted = (message: Message) => matchesExactly(message, query);
      const page = await fetchSummaries(flow, mailbox, set, uid, isWanted, undecided);
      for (const found of page) if (uids.size < limit) uids.add(found.uid);
      if (uids.size >= limit) break;
    }
    return [...uids].map((uid) => formatId({ folder: path, uidValidity, uid }));
  });
}

/** @throws {MailError} INVALID_INPUT */
function assertImapQuery(query: MessageQuery): void {
  assertQuery(query);
  if (query.keyword) assertKeyword('Filter "Keyword"', query.keyword);
}
