import type { FetchQueryObject, ImapFlow, ImapFlowError, MailboxObject } from 'imapflow';

import { MailError } from '../errors';
import { SUMMARY_HEADERS } from '../mime/summary';
import { isSubject, matches, wantsWhole } from '../model/match';
import type { Message } from '../model/message';
import { matchesExactly, textIn, type MessageQuery } from '../model/query';
import { assertLabels } from './labels';
import { isAscii } from './raw-search';
import { refusalIn } from './refusal';
import { LARGEST_NUMBER, searchUids, toKeys, toSearch } from './search';

/** How a query is answered: partly by the server, partly by checking the messages here. */
export interface SearchPlan {
  /** UIDs found by the server, ascending; undefined if there is nothing for the server to search. */
  found?: number[];
  /** What to fetch of each message to check the remaining criteria; undefined if there are none. */
  undecided?: FetchQueryObject;
  /** Whether a message meets the remaining criteria. */
  matches(message: Message): boolean;
}

/** Checked here if the server cannot search for them: fields of the envelope. */
const IN_ENVELOPE = ['from', 'to', 'cc', 'bcc', 'subject'] as const;
const TEXTS = [...IN_ENVELOPE, 'body', 'keyword', 'messageId', 'raw'] as const;

/**
 * Lets the server search for everything that it can decide.
 *
 * @param within a set of UIDs; without it, all messages of the folder
 */
export async function planSearch(
  flow: ImapFlow,
  mailbox: MailboxObject,
  query: MessageQuery,
  within?: string,
): Promise<SearchPlan> {
  // Before a folder that turns out to be empty, too.
  if (query.label) assertLabels(flow);
  const undecided = undecidedBySearch(query);
  const decide = (message: Message) =>
    matchesExactly(message, query) &&
    (!isTooLarge(query) || message.size > query.largerThan!) &&
    (!wantsWhole(query) || isSubject(message.subject, query.subject));
  if (mailbox.exists === 0 || !isSearch(query)) return { undecided, matches: decide };
  try {
    return { found: await search(flow, query, within), undecided, matches: decide };
  } catch (error) {
    if (isAboutCriteria(error) && canDecideHere(query)) return decidedHere(query, undecided, decide);
    const beyondAscii = TEXTS.filter((field) => !textsOf(query[field]).every(isAscii));
    if (beyondAscii.length === 0 || !isAboutCharset(error)) throw error;
    const left = IN_ENVELOPE.filter((field) => beyondAscii.includes(field));
    if (left.length < beyondAscii.length) throw asciiOnly();
    const rest = Object.fromEntries(left.map((field) => [field, query[field]])) as MessageQuery;
    const asked = { ...query, ...Object.fromEntries(left.map((field) => [field, undefined])) };
    return {
      found: isSearch(asked) ? await search(flow, asked, within) : undefined,
      undecided: { uid: true, ...undecided, headers: SUMMARY_HEADERS },
      matches: (message) => decide(message) && matches(message, rest),
    };
  }
}

/**
 * Servers refuse criteria that they do not know, such as SINCE: with BAD, or with a NO that gives no reason. A NO with a
 * code has another reason (RFC 5530).
 */
function isAboutCriteria(error: unknown): boolean {
  const { responseStatus, code } = error as ImapFlowError;
  const refusal = refusalIn(error);
  if (!refusal || code === 'ETHROTTLE' || isAboutCharset(error)) return false;
  return responseStatus === 'BAD' || refusal.code === undefined;
}

/** Whether a summary of each message is enough to decide the query. */
const canDecideHere = ({ body, raw, label }: MessageQuery): boolean => !body && !raw?.trim() && !label;

/** A plan by which every message is looked at, because the server cannot search. */
const decidedHere = (
  query: MessageQuery,
  undecided: FetchQueryObject | undefined,
  decide: (message: Message) => boolean,
): SearchPlan => ({
  undecided: {
    ...{ uid: true, flags: true, internalDate: true, size: true, headers: SUMMARY_HEADERS },
    ...undecided,
  },
  matches: (message) => decide(message) && matches(message, query),
});

const textsOf = (values: MessageQuery[(typeof TEXTS)[number]] = []): string[] =>
  typeof values === 'string' ? [values] : values.map(textIn);

/** What to fetch to check criteria that no SEARCH can decide; undefined if there are none. */
function undecidedBySearch(query: MessageQuery): FetchQueryObject | undefined {
  const bodyStructure = query.hasAttachments !== undefined;
  const size = isTooLarge(query);
  const headers = (bodyStructure || wantsWhole(query)) && { headers: SUMMARY_HEADERS };
  if (!headers && !query.receivedAfter && !query.receivedBefore && !size) return undefined;
  return {
    ...{ uid: true, internalDate: true },
    ...(size && { size }),
    ...(bodyStructure && { bodyStructure }),
    ...headers,
  };
}

/** Whether the size is larger than a SEARCH can express. */
const isTooLarge = ({ largerThan = 0 }: MessageQuery): boolean => largerThan > LARGEST_NUMBER;

const isSearch = (query: MessageQuery): boolean =>
  toSearch(query) !== undefined ||
  toKeys(query).length > 0 ||
  Boolean(query.label ?? (query.raw?.trim() || undefined));

const search = async (flow: ImapFlow, query: MessageQuery, within?: string): Promise<number[]> =>
  await searchUids(
    flow,
    { ...(within && { uid: within }), ...toSearch(query) },
    { more: toKeys(query), raw: query.raw, labels: query.label },
  );

/** RFC 9051 section 6.4.4, and the texts of servers without response codes. */
function isAboutCharset(error: unknown): boolean {
  const { code, words = '' } = refusalIn(error) ?? {};
  return code === 'BADCHARSET' || (code === undefined && /charset|character set|utf-?8/i.test(words));
}

const asciiOnly = (): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    'This server cannot search for letters beyond ASCII',
    'Use a filter without such letters, or one for subject, sender or recipient, which are compared here.',
  );
