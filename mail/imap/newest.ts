import type { ImapFlow, MailboxObject } from 'imapflow';

import { searchUids } from './search';
import type { SearchPlan } from './search-plan';
import { toSets } from './uid-set';

/** A set of messages for one FETCH: of UIDs, or of sequence numbers. */
interface Page {
  set: string;
  uid: boolean;
}

/** How many messages are looked at in one go when not all of them will match. */
const LOOK_AHEAD = 500;

/**
 * The messages that may match a query, newest first, in as few sets as the question allows: without criteria
 * for the server the newest n are a range, and the folder's size does not matter.
 */
export function* newestPages(
  { exists }: MailboxObject,
  { found, undecided }: SearchPlan,
  limit: number,
): Generator<Page> {
  if (exists === 0 || limit < 1) return;
  // More has to be looked at than is wanted where not all of it will match.
  const pageSize = undecided ? Math.max(limit, LOOK_AHEAD) : limit;
  if (!found) {
    for (let end = exists; end > 0; end -= pageSize) yield { set: newestRange(end, pageSize), uid: false };
    return;
  }
  const newestFirst = [...found].reverse();
  for (let start = 0; start < newestFirst.length; start += pageSize) {
    // The newest set last in the list would break the order that the caller relies on.
    for (const set of toSets(newestFirst.slice(start, start + pageSize)).reverse()) yield { set, uid: true };
  }
}

/** The UIDs of the newest messages that a SEARCH finds, newest first. */
export async function newestUids(
  flow: ImapFlow,
  { exists }: MailboxObject,
  { found }: SearchPlan,
  limit: number,
): Promise<number[]> {
  if (exists === 0 || limit < 1) return [];
  const uids = found ?? (await searchUids(flow, { seq: newestRange(exists, limit) }));
  return [...uids].reverse().slice(0, limit);
}

const newestRange = (end: number, count: number): string => `${Math.max(1, end - count + 1)}:${end}`;
