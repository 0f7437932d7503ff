import type { ImapFlow, MailboxObject } from 'imapflow';

import { MailError } from '../errors';
import type { MessageQuery } from '../message/query';
import { toSearch } from './search';
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
export async function* newestPages(
  flow: ImapFlow,
  mailbox: MailboxObject,
  query: MessageQuery,
  limit: number,
): AsyncGenerator<Page> {
  if (mailbox.exists === 0) return;
  // Criteria that only `matchesExactly` decides: more has to be looked at than is wanted.
  const rough = Boolean(query.hasAttachments !== undefined || query.receivedAfter || query.receivedBefore);
  const pageSize = rough ? Math.max(limit, LOOK_AHEAD) : limit;
  const search = toSearch(query);
  if (!search) {
    for (let end = mailbox.exists; end > 0; end -= pageSize) {
      yield { set: `${Math.max(1, end - pageSize + 1)}:${end}`, uid: false };
    }
    return;
  }
  const uids = await flow.search(search, { uid: true });
  if (!Array.isArray(uids)) {
    throw new MailError(
      'SERVER_REFUSED',
      'The server refused the search',
      'Use simpler filters: some servers do not search all fields.',
    );
  }
  const newestFirst = uids.sort((a, b) => b - a);
  for (let start = 0; start < newestFirst.length; start += pageSize) {
    // The newest set last in the list would break the order that the caller relies on.
    for (const set of toSets(newestFirst.slice(start, start + pageSize)).reverse()) yield { set, uid: true };
  }
}
