import type { SearchObject } from 'imapflow';

import type { MessageQuery } from '../message/query';

const DAY = 24 * 60 * 60 * 1000;

/**
 * The part of a query that the server can answer. Days are widened by one on each side, because SINCE and
 * BEFORE compare the date in whatever zone the server keeps; `matchesExactly` then narrows them.
 *
 * @returns undefined where nothing is asked of the server, so that no SEARCH over the whole folder is needed
 */
export function toSearch(query: MessageQuery): SearchObject | undefined {
  const search: SearchObject = {};
  if (query.isRead !== undefined) search.seen = query.isRead;
  for (const field of ['from', 'to', 'subject', 'body'] as const) {
    if (query[field]) search[field] = query[field];
  }
  if (query.receivedAfter) search.since = startOfDay(query.receivedAfter.getTime() - DAY);
  // BEFORE excludes its day, and received times up to that of the query must be found.
  if (query.receivedBefore) search.before = startOfDay(query.receivedBefore.getTime() + 2 * DAY);
  // imapflow leaves out a 0, and every message is larger than that.
  if (query.largerThan !== undefined && query.largerThan >= 1) search.larger = Math.floor(query.largerThan);
  return Object.keys(search).length > 0 ? search : undefined;
}

// imapflow moves a BEFORE that is not at midnight by a day of its own.
const startOfDay = (time: number): Date => new Date(Math.floor(time / DAY) * DAY);
