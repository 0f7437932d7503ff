import { invalidInput } from '../errors';
import { assertSingleLine } from '../text';
import type { Message } from './message';

/**
 * Which messages to find. It has the same meaning for every protocol: text matches anywhere in the field and is
 * case-insensitive, times are exact, and all given criteria must be met.
 */
export interface MessageQuery {
  isRead?: boolean;
  isFlagged?: boolean;
  isAnswered?: boolean;
  from?: string;
  to?: string;
  subject?: string;
  body?: string;
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
  /** A keyword or category that the message has. */
  keyword?: string;
  /** A keyword or category that the message does not have. */
  withoutKeyword?: string;
  /** A label that the message has: only Gmail over IMAP. */
  label?: string;
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
}

/** @throws {MailError} INVALID_INPUT */
export function assertQuery(query: MessageQuery): MessageQuery {
  for (const field of ['from', 'to', 'subject', 'body'] as const) {
    assertSingleLine(`Filter "${field}"`, query[field] ?? '');
  }
  assertSingleLine('Filter "Keyword"', query.keyword ?? '');
  assertSingleLine('Filter "Without Keyword"', query.withoutKeyword ?? '');
  assertSingleLine('Filter "Label"', query.label ?? '');
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

/** Whether a query has no criteria, so that it matches every message. */
export function isEmptyQuery({ largerThan, ...query }: MessageQuery): boolean {
  const isSet = (value: unknown) =>
    value !== undefined && !(typeof value === 'string' && value.trim() === '');
  // Every message is larger than 0 bytes.
  return !Object.values(query).some(isSet) && (largerThan ?? 0) < 1;
}

export const hasRealAttachment = (message: Pick<Message, 'attachments'>): boolean =>
  message.attachments.some(({ inline }) => !inline);

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
