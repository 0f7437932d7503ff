import type { MailboxObject } from 'imapflow';

import type { BatchResult } from '../model/client';
import type { Message } from '../model/message';
import type { FetchOptions } from '../model/query';
import type { ImapConnection } from './connection';
import { complete, fetchSummaries, type FetchedMessage } from './fetched-message';
import type { OnRefused } from './fetch-each';
import { notThere } from './not-there';
import { summaryFields } from './preview';
import type { Refusal } from './refusal';
import { readInFolders, type NamedId } from './batch-result';
import { toSets } from './uid-set';

/** `MailClient.getMessages` for IMAP. A few commands for each folder, regardless of the number of ids. */
export async function getMessages(
  connection: ImapConnection,
  ids: readonly string[],
  wanted: FetchOptions,
): Promise<BatchResult<Message>> {
  return await readInFolders(connection, ids, async (mailbox, group) => {
    const refusals = new Map<number, Refusal>();
    const messages = await getFrom(connection, mailbox, group, wanted, refusals);
    return new Map(group.map((named) => [named.id, messages.get(named.id) ?? notThere(named, refusals)]));
  });
}

/** Reads the messages that exist. */
async function getFrom(
  { flow }: ImapConnection,
  mailbox: MailboxObject,
  ids: readonly NamedId[],
  wanted: FetchOptions,
  refusals: Map<number, Refusal>,
): Promise<Map<string, Message>> {
  // Another UIDVALIDITY means other messages under the same numbers (RFC 9051 section 2.3.1.1).
  const current = ids.filter(({ uidValidity }) => uidValidity === mailbox.uidValidity);
  const onRefused: OnRefused = (uid, refusal) => refusals.set(uid, refusal);
  const fields = summaryFields(flow, wanted);
  const found: FetchedMessage[] = [];
  for (const set of toSets(current.map(({ uid }) => uid))) {
    found.push(...(await fetchSummaries(flow, mailbox, set, true, onRefused, fields)));
  }
  const messages = await complete(flow, found, wanted, onRefused);
  const byUid = new Map(messages.map(({ uid, message }) => [uid, message]));
  return new Map(
    current.flatMap(({ id, uid }) => {
      const message = byUid.get(uid);
      return message ? [[id, message] as const] : [];
    }),
  );
}
