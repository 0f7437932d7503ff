import type { MailboxObject } from 'imapflow';

import type { BatchResult } from '../model/client';
import type { MailError } from '../errors';
import type { MessageQuery } from '../model/query';
import { readInFolders, type NamedId } from './batch-result';
import type { ImapConnection } from './connection';
import type { OnRefused } from './fetch-each';
import { fetchSummaries } from './fetched-message';
import { assertImapQuery } from './list';
import { messageGone } from './message-id';
import { notThere } from './not-there';
import type { Refusal } from './refusal';
import { planSearch } from './search-plan';
import { toBatches, type Batch } from './uid-batches';
import { toSets } from './uid-set';

/** `MailClient.matchMessages` for IMAP. One SEARCH for each folder, and a FETCH only if the server cannot decide. */
export async function matchMessages(
  connection: ImapConnection,
  ids: readonly string[],
  query: MessageQuery,
): Promise<BatchResult<boolean>> {
  assertImapQuery(query);
  return await readInFolders(connection, ids, async (mailbox, group) => {
    const isHere = ({ uidValidity }: NamedId) => uidValidity === mailbox.uidValidity;
    const here = group.filter(isHere).map(({ uid }) => uid);
    const matching = new Set<number>();
    const refusals = new Map<number, Refusal>();
    for (const batch of toBatches(here)) {
      const decided = await decide(connection, mailbox, batch, query);
      for (const uid of decided.matching) matching.add(uid);
      for (const [uid, refusal] of decided.refusals) refusals.set(uid, refusal);
    }
    const resultOf = (named: NamedId): boolean | MailError => {
      if (!isHere(named)) return messageGone(named.id);
      return refusals.has(named.uid) ? notThere(named, refusals) : matching.has(named.uid);
    };
    return new Map(group.map((named) => [named.id, resultOf(named)]));
  });
}

async function decide(
  { flow }: ImapConnection,
  mailbox: MailboxObject,
  { set, uids }: Batch,
  query: MessageQuery,
): Promise<{ matching: Set<number>; refusals: Map<number, Refusal> }> {
  const refusals = new Map<number, Refusal>();
  const plan = await planSearch(flow, mailbox, query, set);
  const found = plan.found ?? uids;
  if (!plan.undecided) return { matching: new Set(found), refusals };
  const onRefused: OnRefused = (uid, refusal) => refusals.set(uid, refusal);
  const matching = new Set<number>();
  for (const some of toSets(found)) {
    for (const one of await fetchSummaries(flow, mailbox, some, true, onRefused, plan.undecided)) {
      if (plan.matches(one.message)) matching.add(one.uid);
    }
  }
  return { matching, refusals };
}
