import type { MailboxObject } from 'imapflow';

import type { BatchResult } from '../model/client';
import { isMailError } from '../errors';
import type { MessageQuery } from '../model/query';
import { groupByFolder, type NamedId } from './batch-result';
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
  const { folders, malformed } = groupByFolder(ids);
  const results: BatchResult<boolean> = new Map(malformed);
  for (const [folder, group] of folders) {
    try {
      await connection.inFolder(folder, async (mailbox) => {
        const isHere = ({ uidValidity }: NamedId) => uidValidity === mailbox.uidValidity;
        for (const named of group) if (!isHere(named)) results.set(named.id, messageGone(named.id));
        const here = new Map(group.filter(isHere).map((named) => [named.uid, named]));
        for (const batch of toBatches([...here.keys()])) {
          const { matching, refusals } = await decide(connection, mailbox, batch, query);
          for (const uid of batch.uids) {
            const named = here.get(uid)!;
            results.set(named.id, refusals.has(uid) ? notThere(named, refusals) : matching.has(uid));
          }
        }
      });
    } catch (error) {
      if (!isMailError(error, 'FOLDER_NOT_FOUND', 'SERVER_REFUSED')) throw error;
      for (const { id } of group) results.set(id, error);
    }
  }
  return results;
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
