import type { ImapFlow, ImapFlowError, SearchObject } from 'imapflow';

import { MailError } from '../errors';
import { inBrackets } from '../model/angle-brackets';
import { textIn, type MessageQuery } from '../model/query';
import { execOrThrow, type Attribute } from './exec-or-throw';
import { overheardOf } from './overheard';
import { refusalIn } from './refusal';
import { hasLabels, labelKeys } from './labels';
import { within } from './uid-set';
import { gmailSearch, hasLiteral, isAscii, rawSearchError, rawSearchKeys } from './raw-search';

const DAY = 24 * 60 * 60 * 1000;

/**
 * RFC 3501 section 9: a number has 32 bits. Servers close the connection after a larger number, and some do so for
 * numbers that use all 32 bits.
 */
export const LARGEST_NUMBER = 0x7fffffff;

/**
 * The part of a query that the server can answer, without `raw` and what has several values. Dates are widened by one
 * day on each side, because SINCE and BEFORE use the server's own time zone. `matchesExactly` narrows the result.
 *
 * @returns undefined if there is nothing for the server to search, so that no SEARCH over the whole folder is needed
 */
export function toSearch(query: MessageQuery): SearchObject | undefined {
  const search: SearchObject = {};
  if (query.isRead !== undefined) search.seen = query.isRead;
  if (query.isFlagged !== undefined) search.flagged = query.isFlagged;
  if (query.isAnswered !== undefined) search.answered = query.isAnswered;
  for (const field of ONE_OF) {
    const values = (query[field] ?? []).map(textIn);
    if (values.length > 0 && !needsKeys(field, values)) search[field] = values[0];
  }
  const [keyword, ...others] = query.withoutKeyword ?? [];
  if (keyword !== undefined && others.length === 0) search.unKeyword = keyword;
  // HEADER matches substrings (RFC 9051 section 6.4.4). With its angle brackets, an id cannot match part of another
  // one.
  if (query.messageId) search.header = { 'Message-ID': inBrackets(query.messageId) };
  if (query.receivedAfter) search.since = startOfDay(query.receivedAfter.getTime() - DAY);
  // BEFORE excludes its own day, and messages up to the exact time must be found.
  if (query.receivedBefore) search.before = startOfDay(query.receivedBefore.getTime() + 2 * DAY);
  // imapflow drops 0, and every message is larger than 0 bytes.
  if (query.largerThan !== undefined && query.largerThan >= 1) {
    search.larger = Math.min(Math.floor(query.largerThan), LARGEST_NUMBER);
  }
  // A larger limit needs no criterion: every message is smaller.
  if (query.smallerThan !== undefined && query.smallerThan <= LARGEST_NUMBER) {
    search.smaller = Math.ceil(query.smallerThan);
  }
  return Object.keys(search).length > 0 ? search : undefined;
}

/** Whether imapflow's SearchObject cannot express the values of a criterion. */
const needsKeys = (field: (typeof ONE_OF)[number], values: readonly string[]): boolean =>
  values.length > 1 || (field !== 'keyword' && values.some(isNil));

/** Without quotation marks, Courier takes it for no text at all. */
const isNil = (value: string): boolean => value.toUpperCase() === 'NIL';

/** The criteria of which one value is enough. */
const ONE_OF = ['from', 'to', 'cc', 'bcc', 'subject', 'body', 'keyword'] as const;

/**
 * The rest of that part: SEARCH keys for what has several values, which imapflow's SearchObject cannot express for more
 * than one criterion, and for a text that it would not put in quotation marks.
 */
export function toKeys(query: MessageQuery): Attribute[] {
  const keys: Attribute[] = [];
  for (const field of ONE_OF) {
    const values = (query[field] ?? []).map(textIn);
    if (!needsKeys(field, values)) continue;
    const valueOf = field === 'keyword' ? atom : text;
    keys.push(...anyOf(values.map((value) => [atom(field.toUpperCase()), valueOf(value)])));
  }
  const without = query.withoutKeyword ?? [];
  if (without.length > 1) keys.push(...without.flatMap((keyword) => [atom('UNKEYWORD'), atom(keyword)]));
  return keys;
}

/** OR takes two keys (RFC 9051 section 6.4.4), so it is nested, as flat as possible: servers limit the depth. */
function anyOf(keys: readonly Attribute[][]): Attribute[] {
  if (keys.length === 1) return keys[0]!;
  const half = Math.ceil(keys.length / 2);
  return [atom('OR'), ...anyOf(keys.slice(0, half)), ...anyOf(keys.slice(half))];
}

const atom = (value: string): Attribute => ({ type: 'ATOM', value });

/** As imapflow sends a value: it quotes ASCII where necessary, and the rest is a literal. */
function text(value: string): Attribute {
  if (!isAscii(value)) return { type: 'LITERAL', value: Buffer.from(value) };
  return isNil(value) ? { type: 'STRING', value } : atom(value);
}

// imapflow moves a BEFORE date by a day if it is not at midnight.
const startOfDay = (time: number): Date => new Date(Math.floor(time / DAY) * DAY);

/** What imapflow's SearchObject has no words for. */
export interface OwnKeys {
  /** SEARCH keys that must hold too. */
  more?: readonly Attribute[];
  /** The same, as a user wrote them. */
  raw?: string;
  /** Labels, of which the messages must have one. */
  labels?: readonly string[];
}

/**
 * The UIDs of the messages in the selected folder that the server finds, in ascending order.
 *
 * @throws {MailError} INVALID_INPUT where the server does not understand `raw`
 */
export async function searchUids(
  flow: ImapFlow,
  search: SearchObject = {},
  { more = [], raw = '', labels = [] }: OwnKeys = {},
): Promise<number[]> {
  if (gmailSearch(raw) !== undefined && !hasLabels(flow)) throw onlyGmail();
  const keys = raw.trim() ? rawSearchKeys(raw) : [];
  const labelled = labels.length > 0 ? anyOf(labels.map((label) => labelKeys(flow, label))) : [];
  const own = [...more, ...labelled, ...(keys.length > 0 ? [keys] : [])];
  const unreadBefore = unreadAnswers(flow);
  try {
    const uids = await execOrThrow(
      flow,
      async (asked) => (await asked.search(search, { uid: true })) as number[] | false,
      (attributes) => (own.length > 0 ? withCharset(flow, [...attributes, ...own]) : attributes),
    );
    // What was found cannot be read, which is not the same as nothing.
    if (unreadAnswers(flow) > unreadBefore) throw unreadable();
    const found = uids.sort((a, b) => a - b);
    // Some servers do not keep to the UIDs that were asked for.
    return typeof search.uid === 'string' ? within(search.uid, found) : found;
  } catch (error) {
    const { responseStatus, code } = error as ImapFlowError;
    const refusal = refusalIn(error);
    // Some servers answer NO to keys that they do not understand. A NO with a code has another reason.
    const isAboutKeys = responseStatus === 'BAD' || (responseStatus === 'NO' && refusal?.code === undefined);
    if (keys.length === 0 || !refusal || !isAboutKeys || code === 'ETHROTTLE') throw error;
    throw rawSearchError(
      `the server does not understand it (${refusal.words.replace(/\s+/g, ' ').slice(0, 200)})`,
    );
  }
}

/** How many answers to searches could not be read. */
function unreadAnswers(flow: ImapFlow): number {
  const { leftOutOf } = overheardOf(flow);
  return (leftOutOf.get('SEARCH') ?? 0) + (leftOutOf.get('ESEARCH') ?? 0);
}

const unreadable = (): MailError =>
  new MailError(
    'SERVER_REFUSED',
    'The answer of the server to a search cannot be understood',
    'Try again later; if it always happens, use other filters, and tell the administrator of the mail server.',
  );

/** RFC 9051 section 6.4.4: a search with non-ASCII text names its charset, unless UTF-8 is enabled. */
function withCharset({ enabled }: ImapFlow, attributes: Attribute[]): Attribute[] {
  const [first] = attributes;
  const isNamed = first && 'value' in first && first.value === 'CHARSET';
  if (isNamed || !hasLiteral(attributes) || enabled.has('UTF8=ACCEPT')) return attributes;
  return [{ type: 'ATOM', value: 'CHARSET' }, { type: 'ATOM', value: 'UTF-8' }, ...attributes];
}

const onlyGmail = (): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    'Raw Search: only Gmail over IMAP understands a search that begins with "gmail:"',
    'Write SEARCH keys of IMAP (RFC 9051 section 6.4.4), such as: OR (FROM "ada") (SUBJECT "invoice") UNDRAFT',
  );
