import type { ImapFlow, MailboxObject } from 'imapflow';

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
 * The messages that may match a query, newest first, in as few sets as possible. If the server has no criteria to
 * check, the newest n messages are one range, regardless of the folder's size.
 */
export function* newestPages(
  { exists }: MailboxObject,
  { found, undecided }: SearchPlan,
  limit: number,
): Generator<Page> {
  if (exists === 0 || limit < 1) return;
  // If some messages will not match, more than `limit` must be checked.
  const pageSize = undecided ? Math.max(limit, LOOK_AHEAD) : limit;
  if (!found) {
    for (let end = exists; end > 0; end -= pageSize) yield { set: newestRange(end, pageSize), uid: false };
    return;
  }
  const newestFirst = [...found].reverse();
  for (let start = 0; start < newestFirst.length; start += pageSize) {
    // `toSets` sorts in ascending order. Reversed, because the caller expects the newest first.
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
