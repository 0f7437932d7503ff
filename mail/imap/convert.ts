import type { FetchMessageObject, FetchQueryObject } from 'imapflow';

import type { BodyPart } from '../mime/body-part';
import { attachments } from '../mime/classify';
import type { RawField } from '../mime/header';
import { SUMMARY_HEADERS, summaryOf, type HeaderSummary } from '../mime/summary';
import { isoDate } from '../model/iso-date';
import type { Message } from '../model/message';
import { summaryOfEnvelope } from './envelope';
import { formatId } from './message-id';

/**
 * The fields for a Message. Only headers and structure, no bodies. The message header is parsed here, because ENVELOPE
 * loses what a server does not understand: groups, quotation marks, non-ASCII characters. It is asked for only if a
 * server returns no header.
 */
export const SUMMARY_FIELDS: FetchQueryObject = {
  uid: true,
  flags: true,
  internalDate: true,
  size: true,
  bodyStructure: true,
  headers: SUMMARY_HEADERS,
  // imapflow asks for these only where the server offers them: OBJECTID (RFC 8474), X-GM-EXT-1 (Gmail).
  threadId: true,
  labels: true,
};

const summaryIn = ({ envelope }: FetchMessageObject, fields: readonly RawField[]): HeaderSummary =>
  fields.length === 0 && envelope ? summaryOfEnvelope(envelope) : summaryOf(fields);

/** Flags with a field of their own (RFC 9051 section 2.3.2); \Recent says nothing about the message. */
const NAMED_FLAGS = new Set(['\\Seen', '\\Flagged', '\\Answered', '\\Draft', '\\Recent']);

/**
 * @param fields the fields of its header that were fetched
 * @param structure see `structureOf`
 */
export function toMessage(
  fetched: FetchMessageObject,
  folder: string,
  uidValidity: bigint,
  fields: readonly RawField[],
  structure: BodyPart | undefined,
): Message {
  const { flags = new Set<string>(), labels, threadId, uid } = fetched;
  return {
    id: formatId({ folder, uidValidity, uid }),
    folder,
    ...summaryIn(fetched, fields),
    // A server may answer NIL (RFC 8474 section 5.2).
    ...(threadId && { threadId }),
    // If imapflow cannot parse a date, it returns the original text.
    receivedAt: isoDate(fetched.internalDate),
    isRead: flags.has('\\Seen'),
    isFlagged: flags.has('\\Flagged'),
    isAnswered: flags.has('\\Answered'),
    isDraft: flags.has('\\Draft'),
    keywords: [...flags].filter((flag) => !NAMED_FLAGS.has(flag)),
    ...(labels && { labels: [...labels] }),
    size: fetched.size ?? 0,
    attachments: structure ? attachments(structure) : [],
  };
}
