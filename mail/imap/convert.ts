import type { FetchMessageObject, FetchQueryObject, MessageAddressObject } from 'imapflow';

import type { Address, Message } from '../model/message';
import { isoDate } from '../model/iso-date';
import { attachments } from '../mime/parts';
import { formatId } from './message-id';

/** What a Message is made of. Headers and structure only: no body is downloaded. */
export const SUMMARY_FIELDS: FetchQueryObject = {
  uid: true,
  envelope: true,
  flags: true,
  internalDate: true,
  size: true,
  bodyStructure: true,
};

/** Flags with a field of their own (RFC 9051 section 2.3.2); \Recent says nothing about the message. */
const NAMED_FLAGS = new Set(['\\Seen', '\\Flagged', '\\Answered', '\\Draft', '\\Recent']);

export function toMessage(fetched: FetchMessageObject, folder: string, uidValidity: bigint): Message {
  const { envelope = {}, flags = new Set<string>(), uid } = fetched;
  return {
    id: formatId({ folder, uidValidity, uid }),
    folder,
    messageId: envelope.messageId,
    inReplyTo: envelope.inReplyTo,
    subject: envelope.subject ?? '',
    from: addresses(envelope.from),
    replyTo: addresses(envelope.replyTo),
    to: addresses(envelope.to),
    cc: addresses(envelope.cc),
    bcc: addresses(envelope.bcc),
    // imapflow leaves a date that it cannot read as the text it was.
    date: isoDate(envelope.date),
    receivedAt: isoDate(fetched.internalDate),
    isRead: flags.has('\\Seen'),
    isFlagged: flags.has('\\Flagged'),
    isAnswered: flags.has('\\Answered'),
    isDraft: flags.has('\\Draft'),
    keywords: [...flags].filter((flag) => !NAMED_FLAGS.has(flag)),
    size: fetched.size ?? 0,
    attachments: fetched.bodyStructure ? attachments(fetched.bodyStructure) : [],
  };
}

const addresses = (list: MessageAddressObject[] = []): Address[] =>
  list.map(({ name = '', address = '' }) => ({ name, address }));
