import type { ImapFlow, MailboxObject } from 'imapflow';

import type { Sort } from '../model/message-search';
import { searchUids } from './search';
import type { SearchPlan } from './search-plan';
import { toSets } from './uid-set';

/** A set of messages for one FETCH: UIDs or sequence numbers. */
interface Page {
  set: string;
  uid: boolean;
}

/** How many messages to check at once if some of them will not match. */
const LOOK_AHEAD = 500;

/**
 * The messages that may match a query, in order, in as few sets as possible. If the server has no criteria to check, the
 * newest or oldest n messages are one range, regardless of the folder's size.
 */
export function* pagesInOrder(
  { exists }: MailboxObject,
  { found, undecided }: SearchPlan,
  limit: number,
  sort: Sort,
): Generator<Page> {
  if (exists === 0 || limit < 1) return;
  // If some messages will not match, more than `limit` must be checked.
  const pageSize = undecided ? Math.max(limit, LOOK_AHEAD) : limit;
  if (!found) {
    for (let done = 0; done < exists; done += pageSize) {
      yield { set: rangeAt(exists, done, pageSize, sort), uid: false };
    }
    return;
  }
  const uids = sorted(found, sort);
  for (let start = 0; start < uids.length; start += pageSize) {
    // `toSets` sorts in ascending order.
    for (const set of sorted(toSets(uids.slice(start, start + pageSize)), sort)) yield { set, uid: true };
  }
}

/** The UIDs of the first messages that a SEARCH finds, in order. */
export async function uidsInOrder(
  flow: ImapFlow,
  { exists }: MailboxObject,
  { found }: SearchPlan,
  limit: number,
  sort: Sort,
): Promise<number[]> {
  if (exists === 0 || limit < 1) return [];
  const uids = found ?? (await searchUids(flow, { seq: rangeAt(exists, 0, limit, sort) }));
  return sorted(uids, sort).slice(0, limit);
}

const sorted = <T>(ascending: readonly T[], sort: Sort): T[] =>
  sort === 'newest' ? ascending.toReversed() : [...ascending];

/** Sequence numbers, which grow with the arrival. @param done how many come before, in this order */
function rangeAt(exists: number, done: number, count: number, sort: Sort): string {
  if (sort === 'newest') return `${Math.max(1, exists - done - count + 1)}:${exists - done}`;
  return `${done + 1}:${Math.min(exists, done + count)}`;
}
