import type { MessageAddressObject, MessageEnvelopeObject } from 'imapflow';

import type { HeaderSummary } from '../mime/summary';
import { threadRoot } from '../mime/thread-root';
import { isoDate } from '../model/iso-date';
import type { Address } from '../model/message';

/**
 * The header as the server parsed it (ENVELOPE, RFC 9051 section 7.5.2), used if the server returns no header. An
 * address without a domain marks the start or end of a group and is skipped.
 */
export const summaryOfEnvelope = (envelope: MessageEnvelopeObject): HeaderSummary => ({
  messageId: envelope.messageId,
  inReplyTo: envelope.inReplyTo,
  // ENVELOPE has no References.
  threadId: threadRoot(envelope.inReplyTo, envelope.messageId),
  subject: envelope.subject ?? '',
  from: people(envelope.from),
  replyTo: people(envelope.replyTo),
  to: people(envelope.to),
  cc: people(envelope.cc),
  bcc: people(envelope.bcc),
  date: isoDate(envelope.date),
});

const people = (list: readonly MessageAddressObject[] = []): Address[] =>
  list
    .filter(({ address = '' }) => address.includes('@'))
    .map(({ name = '', address = '' }) => ({ name, address }));
