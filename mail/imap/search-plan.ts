import type { FetchQueryObject, ImapFlow, MailboxObject } from 'imapflow';

import { MailError } from '../errors';
import { SUMMARY_HEADERS } from '../mime/summary';
import { matches } from '../model/match';
import type { Message } from '../model/message';
import { matchesExactly, type MessageQuery } from '../model/query';
import { refusalIn } from './refusal';
import { searchUids, toSearch } from './search';

/** How a query is answered: by the server as far as it can, and by looking at what it gives. */
export interface SearchPlan {
  /** The UIDs that the server finds, ascending; undefined where nothing is asked of it. */
  found?: number[];
  /** What must be read of a message to decide the rest; undefined where there is no rest. */
  undecided?: FetchQueryObject;
  /** Whether a message meets the rest. */
  matches(message: Message): boolean;
}

// eslint-disable-next-line no-control-regex -- what needs no charset
const ASCII = /^[\x00-\x7f]*$/;

/** What is decided here where the server cannot: the fields of an envelope. */
const IN_ENVELOPE = ['from', 'to', 'subject'] as const;
const TEXTS = [...IN_ENVELOPE, 'body', 'keyword', 'messageId', 'raw'] as const;

/** Asks the server what it can decide. */
export async function planSearch(
  flow: ImapFlow,
  mailbox: MailboxObject,
  query: MessageQuery,
): Promise<SearchPlan> {
  const undecided = undecidedBySearch(query);
  const decide = (message: Message) => matchesExactly(message, query);
  if (mailbox.exists === 0 || !isSearch(query)) return { undecided, matches: decide };
  try {
    return { found: await search(flow, query), undecided, matches: decide };
  } catch (error) {
    const beyondAscii = TEXTS.filter((field) => !ASCII.test(query[field] ?? ''));
    if (beyondAscii.length === 0 || !isAboutCharset(error)) throw error;
    const left = IN_ENVELOPE.filter((field) => beyondAscii.includes(field));
    if (left.length < beyondAscii.length) throw asciiOnly();
    const rest = Object.fromEntries(left.map((field) => [field, query[field]])) as MessageQuery;
    const asked = { ...query, ...Object.fromEntries(left.map((field) => [field, undefined])) };
    return {
      found: isSearch(asked) ? await search(flow, asked) : undefined,
      undecided: { uid: true, ...undecided, headers: SUMMARY_HEADERS },
      matches: (message) => decide(message) && matches(message, rest),
    };
  }
}

/** What must be read of a message to decide the criteria that no SEARCH decides; nothing where there are none. */
function undecidedBySearch(query: MessageQuery): FetchQueryObject | undefined {
  const bodyStructure = query.hasAttachments !== undefined;
  if (!bodyStructure && !query.receivedAfter && !query.receivedBefore) return undefined;
  return { uid: true, internalDate: true, ...(bodyStructure && { bodyStructure, headers: SUMMARY_HEADERS }) };
}

const isSearch = (query: MessageQuery): boolean => Boolean(toSearch(query) ?? query.raw?.trim());

const search = async (flow: ImapFlow, query: MessageQuery): Promise<number[]> =>
  await searchUids(flow, toSearch(query), query.raw);

/** RFC 9051 section 6.4.4, and what servers without response codes say. */
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
