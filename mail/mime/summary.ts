import type { Address, Message } from '../model/message';
import { parseAddressList } from './address-list';
import { headerDate } from './date';
import { decodedText, valuesOf, type RawField } from './header';
import { threadRoot } from './thread-root';

/** The properties of a message that come from its header. */
export type HeaderSummary = Pick<
  Message,
  'messageId' | 'inReplyTo' | 'threadId' | 'subject' | 'from' | 'replyTo' | 'to' | 'cc' | 'bcc' | 'date'
>;

/** The fields needed for the summary and the structure of a message. */
export const SUMMARY_HEADERS = [
  ...['From', 'Reply-To', 'To', 'Cc', 'Bcc', 'Subject', 'Date', 'Message-ID', 'In-Reply-To'],
  'References',
  ...['MIME-Version', 'Content-Type', 'Content-Transfer-Encoding', 'Content-Disposition', 'Content-ID'],
];

/** The same for every protocol: it depends only on the header's bytes. */
export function summaryOf(fields: readonly RawField[]): HeaderSummary {
  const first = (name: string) => valuesOf(fields, name)[0];
  // Old programs wrote a separate field for each recipient (RFC 5322 section 4.5.3).
  const people = (name: string): Address[] => valuesOf(fields, name).flatMap(parseAddressList);
  const from = people('from');
  const replyTo = people('reply-to');
  return {
    messageId: messageIdOf(first('message-id')),
    inReplyTo: decodedText(first('in-reply-to') ?? '') || undefined,
    threadId: threadRoot(first('references'), first('in-reply-to'), first('message-id')),
    subject: decodedText(first('subject') ?? ''),
    from,
    // Without Reply-To, replies go to From.
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: people('to'),
    cc: people('cc'),
    bcc: people('bcc'),
    date: headerDate(decodedText(first('date') ?? '')),
  };
}

/** The Message-ID with angle brackets and without comments. */
function messageIdOf(value = ''): string | undefined {
  const open = value.indexOf('<');
  const close = value.indexOf('>', open);
  const id = open >= 0 && close > open ? value.slice(open, close + 1) : value;
  return decodedText(id.slice(0, 2000)) || undefined;
}
