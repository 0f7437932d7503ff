import { domainToASCII } from 'node:url';

import { invalidInput } from '../errors';
import { assertSingleLine } from '../text';
import { assertFolds } from './long-words';
import type { Address } from '../model/message';
import type { HeaderField, Importance, OutgoingMessage } from '../model/outgoing';

/** RFC 5322 section 3.6.8: printable ASCII without the colon. */
const FIELD_NAME = /^[\x21-\x39\x3b-\x7e]+$/;

/** Header fields that composing sets, or that would contradict those. */
const OWN = new Set([
  ...['from', 'sender', 'to', 'cc', 'bcc', 'reply-to', 'subject', 'date', 'message-id'],
  ...['mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition', 'content-id'],
  ...['importance', 'x-priority', 'x-msmail-priority'],
  // Added by servers on the way (RFC 5321 section 4.4).
  ...['return-path', 'received'],
]);

/**
 * The additional header fields that a user entered.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function checkedHeaders({
  headers = [],
  inReplyTo,
  references,
  readReceipt,
}: OutgoingMessage): HeaderField[] {
  const own = new Set(OWN);
  if (inReplyTo) own.add('in-reply-to');
  if (references?.length) own.add('references');
  if (readReceipt) own.add('disposition-notification-to');
  return headers.map(({ name, value }) => {
    if (!FIELD_NAME.test(name)) {
      throw invalidInput(
        'Headers',
        `"${name.replace(/\s+/g, ' ').slice(0, 100)}" is not the name of a header`,
        'Use letters, digits and hyphens, such as X-Ticket.',
      );
    }
    if (own.has(name.toLowerCase())) {
      throw invalidInput(
        'Headers',
        `"${name}" is set by the message itself`,
        'Use the field or option of this node for it, if there is one.',
      );
    }
    assertSingleLine(`Header "${name}"`, value);
    assertFolds(`Header "${name}"`, value);
    return { name, value };
  });
}

/** RFC 8098 section 2.1. The address alone: a name in another script would have to be encoded. */
export const receiptHeader = ({ readReceipt }: OutgoingMessage, { address }: Address): HeaderField[] =>
  readReceipt ? [{ name: 'Disposition-Notification-To', value: `<${inAscii(address)}>` }] : [];

function inAscii(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return address.slice(0, at) + (domainToASCII(address.slice(at)) || address.slice(at));
}

/** RFC 2156 section 5.3.6, and the fields that Outlook and others read instead. */
export const importanceHeaders = (importance: Importance = 'normal'): HeaderField[] => IMPORTANCE[importance];

const IMPORTANCE: Readonly<Record<Importance, HeaderField[]>> = {
  high: [
    { name: 'Importance', value: 'high' },
    { name: 'X-Priority', value: '1 (Highest)' },
    { name: 'X-MSMail-Priority', value: 'High' },
  ],
  normal: [],
  low: [
    { name: 'Importance', value: 'low' },
    { name: 'X-Priority', value: '5 (Lowest)' },
    { name: 'X-MSMail-Priority', value: 'Low' },
  ],
};
