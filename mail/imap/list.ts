import type { Message } from '../message/message';
import { assertQuery, matchesExactly, type MessageQuery, type Wanted } from '../message/query';
import type { ImapConnection } from './connection';
import { complete, fetchSummaries, type Found } from './found';
import { newestPages } from './newest';

/** `MailClient.listMessages` for IMAP. */
export async function listMessages(
  connection: ImapConnection,
  folder: string,
  query: MessageQuery,
  wanted: Wanted,
  limit: number,
): Promise<Message[]> {
  assertQuery(query);
  const { flow } = connection;
  return await connection.inFolder(folder, async (mailbox) => {
    // By UID, since sequence numbers shift when another client deletes while this one turns the pages.
    const found = new Map<number, Found>();
    for await (const { set, uid } of newestPages(flow, mailbox, query, limit)) {
      const page = await fetchSummaries(flow, mailbox, set, uid);
      // A FETCH answers in any order; the UID of a message grows with its arrival in the folder.
      for (const item of page.sort((a, b) => b.fetched.uid - a.fetched.uid)) {
        if (found.size < limit && matchesExactly(item.message, query)) found.set(item.fetched.uid, item);
      }
      if (found.size >= limit) break;
    }
    return await complete(flow, [...found.values()], wanted);
  });
}
