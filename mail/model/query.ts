import { invalidInput } from '../errors';
import { assertSingleLine } from '../text';
import type { Message } from './message';

/** The whole subject, without its outer white space. Case-insensitive. */
export interface WholeSubject {
  exactly: string;
}

/**
 * Which messages to find. It has the same meaning for every protocol: text matches anywhere in the field and is
 * case-insensitive, times are exact, and all given criteria must be met. Of a criterion with several values, any one is
 * enough. A list is never empty, and neither is a value in it: see `assertQuery`.
 */
export interface MessageQuery {
  isRead?: boolean;
  isFlagged?: boolean;
  isAnswered?: boolean;
  /** Texts in the names and addresses of the senders. */
  from?: readonly string[];
  to?: readonly string[];
  cc?: readonly string[];
  bcc?: readonly string[];
  subject?: ReadonlyArray<string | WholeSubject>;
  body?: readonly string[];
  /** At or after. */
  receivedAfter?: Date;
  /** Before this time, exclusive. */
  receivedBefore?: Date;
  /** Whether there is an attachment that is not inline. */
  hasAttachments?: boolean;
  /** Bytes, exclusive. */
  largerThan?: number;
  /** Bytes, exclusive. */
  smallerThan?: number;
  /** Keywords or categories. The message has one of them. */
  keyword?: readonly string[];
  /** Keywords or categories. The message has none of them. */
  withoutKeyword?: readonly string[];
  /** Labels, of which the message has one: only Gmail over IMAP. */
  label?: readonly string[];
  /** The Message-ID header, with its angle brackets or without. */
  messageId?: string;
  /** Additional criteria in the protocol's own language, such as SEARCH keys (RFC 9051 section 6.4.4). */
  raw?: string;
}

/** What to read of each message. Nothing else is downloaded. */
export interface FetchOptions {
  content: boolean;
  headers?: boolean;
  /**
   * Whether the list of attachments is needed. POP3 must read the whole message for it; other protocols always return
   * it.
   */
  attachments?: boolean;
  /**
   * Whether the preview is wanted. It is read with the rest of the message. A message may be without one: if it has no
   * text, or an old server gives none.
   */
  preview?: boolean;
}

/** The criteria that take several values, by the names that users know. */
export const LISTS = {
  from: 'From',
  to: 'To',
  cc: 'CC',
  bcc: 'BCC',
  subject: 'Subject',
  body: 'Body',
  keyword: 'Keyword',
  withoutKeyword: 'Without Keyword',
  label: 'Label',
} as const;

/** A search command has a length that servers accept: a recommended 8,192 bytes over IMAP (RFC 7162 section 4). */
const MOST_VALUES = 100;

/** Servers leave out some of these characters when they compare: a value without others would match every message. */
const INVISIBLE = /[\p{Cc}\p{Cf}\s]/gu;

/** The text of a value, whether it is a part of the subject or the whole. */
export const textIn = (value: string | WholeSubject): string =>
  typeof value === 'string' ? value : value.exactly;

/** @throws {MailError} INVALID_INPUT */
export function assertQuery(query: MessageQuery): MessageQuery {
  for (const [field, name] of Object.entries(LISTS)) {
    const values = query[field as keyof typeof LISTS];
    if (values === undefined) continue;
    // Nodes of other packages may be written in JavaScript, without the types.
    if (!Array.isArray(values)) {
      throw invalidInput(`Filter "${name}"`, 'it is not a list', 'Use a list of texts, even for one text.');
    }
    assertValues(`Filter "${name}"`, (values as ReadonlyArray<string | WholeSubject>).map(textIn));
  }
  assertSingleLine('Filter "Message ID"', query.messageId ?? '');
  assertSingleLine('Raw Search', query.raw ?? '');
  const { receivedAfter, receivedBefore, largerThan = 0, smallerThan = Infinity } = query;
  if (receivedAfter && receivedBefore && receivedAfter >= receivedBefore) {
    throw invalidInput(
      'Filter "Received After"',
      'it is not earlier than "Received Before", so no message can match',
      'Make "Received After" earlier than "Received Before".',
    );
  }
  if (!(Number.isFinite(largerThan) && largerThan >= 0)) {
    throw invalidInput(
      'Filter "Larger Than"',
      `${largerThan} is not a size`,
      'Enter a number of bytes, 0 or more.',
    );
  }
  if (query.smallerThan !== undefined && !(Number.isFinite(smallerThan) && smallerThan > 0)) {
    throw invalidInput(
      'Filter "Smaller Than"',
      `no message is smaller than ${smallerThan} bytes`,
      'Enter a number of bytes, more than 0.',
    );
  }
  if (largerThan >= smallerThan) {
    throw invalidInput(
      'Filter "Larger Than"',
      'it is not less than "Smaller Than", so no message can match',
      'Make "Larger Than" less than "Smaller Than".',
    );
  }
  return query;
}

function assertValues(field: string, values: readonly string[]): void {
  if (values.length > MOST_VALUES) {
    throw invalidInput(
      field,
      `it has ${values.length} values, and ${MOST_VALUES} are possible`,
      'Use fewer values, or a text that they have in common, such as @example.com.',
    );
  }
  for (const value of values) assertSingleLine(field, value);
  if (values.length > 0 && values.every((value) => value.replace(INVISIBLE, '') !== '')) return;
  throw invalidInput(field, 'it is empty, so every message would match', 'Enter a value, or remove it.');
}

/** Whether a query has no criteria, so that it matches every message. */
export function isEmptyQuery({ largerThan, ...query }: MessageQuery): boolean {
  const isSet = (value: unknown) =>
    value !== undefined && !(typeof value === 'string' && value.trim() === '');
  // Every message is larger than 0 bytes.
  return !Object.values(query).some(isSet) && (largerThan ?? 0) < 1;
}

export const hasRealAttachment = ({
  attachments,
  attachmentsTruncated,
}: Pick<Message, 'attachments' | 'attachmentsTruncated'>): boolean =>
  attachments.some(({ inline }) => !inline) || (attachmentsTruncated === true && attachments.length === 0);

/**
 * Checks the criteria that a server may answer only roughly. IMAP's SINCE and BEFORE compare days, not times (RFC 9051
 * section 6.4.4), and IMAP has no SEARCH key for attachments.
 */
export function matchesExactly(message: Message, query: MessageQuery): boolean {
  const received = message.receivedAt ? new Date(message.receivedAt) : undefined;
  if (query.receivedAfter && !(received && received >= query.receivedAfter)) return false;
  if (query.receivedBefore && !(received && received < query.receivedBefore)) return false;
  return query.hasAttachments === undefined || hasRealAttachment(message) === query.hasAttachments;
}

/** Removes content that was read only to check the query. */
export const trimmed = (message: Message, wanted: FetchOptions): Message =>
  wanted.content ? message : { ...message, content: undefined };
