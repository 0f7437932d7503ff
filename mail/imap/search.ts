import type { ImapFlow, ImapFlowError, SearchObject } from 'imapflow';

import { inBrackets } from '../model/angle-brackets';
import type { MessageQuery } from '../model/query';
import { execOrThrow, type Attribute } from './exec-or-throw';
import { refusalIn } from './refusal';
import { hasLiteral, rawSearchError, rawSearchKeys } from './raw-search';

const DAY = 24 * 60 * 60 * 1000;

/** RFC 3501 section 9: a number has 32 bits. Servers end the connection at a larger one. */
const LARGEST_NUMBER = 0xffffffff;

/**
 * The part of a query that the server can answer, without `raw`. Days are widened by one on each side, because SINCE
 * and BEFORE compare the date in whatever zone the server keeps; `matchesExactly` then narrows them.
 *
 * @returns undefined where nothing is asked of the server, so that no SEARCH over the whole folder is needed
 */
export function toSearch(query: MessageQuery): SearchObject | undefined {
  const search: SearchObject = {};
  if (query.isRead !== undefined) search.seen = query.isRead;
  if (query.isFlagged !== undefined) search.flagged = query.isFlagged;
  if (query.isAnswered !== undefined) search.answered = query.isAnswered;
  for (const field of ['from', 'to', 'subject', 'body', 'keyword'] as const) {
    if (query[field]) search[field] = query[field];
  }
  // HEADER finds any part of a field (RFC 9051 section 6.4.4): with its brackets an id is no part of another.
  if (query.messageId) search.header = { 'Message-ID': inBrackets(query.messageId) };
  if (query.receivedAfter) search.since = startOfDay(query.receivedAfter.getTime() - DAY);
  // BEFORE excludes its day, and received times up to that of the query must be found.
  if (query.receivedBefore) search.before = startOfDay(query.receivedBefore.getTime() + 2 * DAY);
  // imapflow leaves out a 0, and every message is larger than that.
  if (query.largerThan !== undefined && query.largerThan >= 1) {
    search.larger = Math.min(Math.floor(query.largerThan), LARGEST_NUMBER);
  }
  // Every message is smaller than what no number can say.
  if (query.smallerThan !== undefined && query.smallerThan <= LARGEST_NUMBER) {
    search.smaller = Math.ceil(query.smallerThan);
  }
  return Object.keys(search).length > 0 ? search : undefined;
}

// imapflow moves a BEFORE that is not at midnight by a day of its own.
const startOfDay = (time: number): Date => new Date(Math.floor(time / DAY) * DAY);

/**
 * The UIDs of the messages in the selected folder that the server finds, in ascending order.
 *
 * @param raw SEARCH keys that must hold too
 * @throws {MailError} INVALID_INPUT where the server does not understand `raw`
 */
export async function searchUids(flow: ImapFlow, search: SearchObject = {}, raw = ''): Promise<number[]> {
  const keys = raw.trim() ? rawSearchKeys(raw) : [];
  try {
    const uids = await execOrThrow(
      flow,
      async (asked) => (await asked.search(search, { uid: true })) as number[] | false,
      (attributes) => (keys.length > 0 ? withCharset(flow, [...attributes, keys]) : attributes),
    );
    return uids.sort((a, b) => a - b);
  } catch (error) {
    const { responseStatus, code } = error as ImapFlowError;
    const refusal = refusalIn(error);
    // Some servers say NO to what they do not understand. With a code it is something else that they refuse.
    const isAboutKeys = responseStatus === 'BAD' || (responseStatus === 'NO' && refusal?.code === undefined);
    if (keys.length === 0 || !refusal || !isAboutKeys || code === 'ETHROTTLE') throw error;
    throw rawSearchError(
      `the server does not understand it (${refusal.words.replace(/\s+/g, ' ').slice(0, 200)})`,
    );
  }
}

/** RFC 9051 section 6.4.4: a search beyond ASCII names its charset, unless UTF-8 is agreed upon already. */
function withCharset({ enabled }: ImapFlow, attributes: Attribute[]): Attribute[] {
  const [first] = attributes;
  const isNamed = first && 'value' in first && first.value === 'CHARSET';
  if (isNamed || !hasLiteral(attributes) || enabled.has('UTF8=ACCEPT')) return attributes;
  return [{ type: 'ATOM', value: 'CHARSET' }, { type: 'ATOM', value: 'UTF-8' }, ...attributes];
}
