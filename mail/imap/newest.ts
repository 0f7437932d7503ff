import type { FetchQueryObject, ImapFlow, MailboxObject } from 'imapflow';

import { SUMMARY_HEADERS } from '../mime/summary';
import type { MessageQuery } from '../model/query';
import { searchUids, toSearch } from './search';
import { toSets } from './uid-set';

/** A set of messages for one FETCH: of UIDs, or of sequence numbers. */
interface Page {
  set: string;
  uid: boolean;
}

/** How many messages are looked at in one go when not all of them will match. */
const LOOK_AHEAD = 500;

/** What must be read of a message to decide the criteria that no SEARCH decides; nothing where there are none. */
export function undecidedBySearch(query: MessageQuery): FetchQueryObject | undefined {
  const bodyStructure = query.hasAttachments !== undefined;
  if (!bodyStructure && !query.receivedAfter && !query.receivedBefore) return undefined;
  return { uid: true, internalDate: true, ...(bodyStructure && { bodyStructure, headers: SUMMARY_HEADERS }) };
}

/**
 * The messages that may match a query, newest first, in as few sets as the question allows: without criteria
 * for the server the newest n are a range, and the folder's size does not matter.
 */
export async function* newestPages(
  flow: ImapFlow,
  mailbox: MailboxObject,
  query: MessageQuery,
  limit: number,
): AsyncGenerator<Page> {
  if (mailbox.exists === 0 || limit < 1) return;
  // More has to be looked at than is wanted where not all of it will match.
  const pageSize = undecidedBySearch(query) ? Math.max(limit, LOOK_AHEAD) : limit;
  if (!isSearch(query)) {
    for (let end = mailbox.exists; end > 0; end -= pageSize)
      yield { set: newestRange(end, pageSize), uid: false };
    return;
  }
  const newestFirst = (await searchUids(flow, toSearch(query), query.raw)).reverse();
  for (let start = 0; start < newestFirst.length; start += pageSize) {
    // The newest set last in the list would break the order that the caller relies on.
    for (const set of toSets(newestFirst.slice(start, start + pageSize)).reverse()) yield { set, uid: true };
  }
}

/** The UIDs of the newest messages that a SEARCH finds, newest first. */
export async function newestUids(
  flow: ImapFlow,
  mailbox: MailboxObject,
  query: MessageQuery,
  limit: number,
): Promise<number[]> {
  if (mailbox.exists === 0 || limit < 1) return [];
  const search = isSearch(query) ? toSearch(query) : { seq: newestRange(mailbox.exists, limit) };
  return (await searchUids(flow, search, query.raw)).reverse().slice(0, limit);
}

const isSearch = (query: MessageQuery): boolean => Boolean(toSearch(query) ?? query.raw?.trim());

const newestRange = (end: number, count: number): string => `${Math.max(1, end - count + 1)}:${end}`;
