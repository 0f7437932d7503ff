import { randomBytes, randomUUID } from 'node:crypto';
import { domainToASCII } from 'node:url';

import MailComposer, { type MailComposerOptions } from 'nodemailer/lib/mail-composer';
import { foldLines } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';

import { invalidInput } from '../errors';
import { assertSingleLine, assertWholeCharacters } from '../text';
import { needsUtf8, parseAddresses } from '../model/addresses';
import { assertAttachments, toComposerAttachment } from './attachments';
import { checkedHeaders, importanceHeaders, receiptHeader } from './headers';
import { MAX_WORD, assertFolds, foldable, longestWord } from './long-words';
import type { Address } from '../model/message';
import type { OutgoingMessage } from '../model/outgoing';
import type { ComposedMessage } from '../model/submission';

/**
 * @param isDraft a draft needs no recipients yet
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function compose(message: OutgoingMessage, { isDraft = false } = {}): ComposedMessage {
  const addresses = readAddresses(message, isDraft);
  const { from, to, cc, bcc, replyTo } = addresses;
  assertAttachments(message.attachments);
  const all = Object.values(addresses).flat();
  const mail: MailComposerOptions = {
    ...{ from, to, cc, replyTo },
    subject: foldable(assertSingleLine('Subject', message.subject ?? '')),
    messageId: newMessageId(from[0]!.address, message.idLeft),
    date: new Date(),
    // Mail programs cannot find a message by an id longer than a line.
    inReplyTo: [assertSingleLine('In-Reply-To', message.inReplyTo ?? '')].find(isShort),
    references: message.references?.map((id) => assertSingleLine('References', id)).filter(isShort),
    text: withCrlf('Text', message.text),
    html: withCrlf('HTML', message.html),
    headers: [
      ...importanceHeaders(message.importance),
      ...receiptHeader(message, from[0]!),
      ...checkedHeaders(message),
    ].map(({ name, value }) => ({ key: name, value })),
    // The boundaries stay the same each time the message is written.
    baseBoundary: randomBytes(8).toString('hex'),
    // Text from a person or a mail must never make the composer read local files or URLs.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return {
    messageId: String(mail.messageId),
    envelope: {
      from: from[0]!.address,
      to: [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))],
    },
    utf8Address: all.map(({ address }) => address).find(needsUtf8),
    open: () =>
      new MailComposer({
        ...mail,
        attachments: message.attachments?.map((one) => toComposerAttachment(one, Boolean(mail.html))),
      })
        .compile()
        .createReadStream(),
    bccHeader: bcc.length > 0 ? `${foldLines(`Bcc: ${MimeNode.encodeHeaderValue('Bcc', bcc)}`, 76)}\r\n` : '',
  };
}

function readAddresses(
  message: OutgoingMessage,
  isDraft: boolean,
): Record<'from' | 'to' | 'cc' | 'bcc' | 'replyTo', Address[]> {
  const from = parseAddresses('From', message.from);
  if (from.length !== 1) {
    throw invalidInput(
      'From',
      from.length === 0 ? 'it is empty' : 'it contains more than one address',
      'Enter a single address, such as ada@example.com or Ada Lovelace <ada@example.com>.',
    );
  }
  const to = parseAddresses('To', message.to);
  const cc = parseAddresses('CC', message.cc);
  const bcc = parseAddresses('BCC', message.bcc);
  const replyTo = parseAddresses('Reply To', message.replyTo);
  const fields = { From: from, To: to, CC: cc, BCC: bcc, 'Reply To': replyTo };
  for (const [field, people] of Object.entries(fields)) {
    for (const { name, address } of people) assertFolds(field, `${name} ${address}`);
  }
  if (!isDraft && to.length + cc.length + bcc.length === 0) {
    throw invalidInput('To', 'it is empty', 'Enter at least one recipient in "To", "CC" or "BCC".');
  }
  return { from, to, cc, bcc, replyTo };
}

const isShort = (id: string): boolean => longestWord(id) <= MAX_WORD;

/** RFC 5322 section 3.6.4: unique, in the sender's domain. */
function newMessageId(sender: string, left: string = randomUUID()): string {
  if (left.length > MAX_WORD / 2 || !DOT_ATOM.test(left))
    throw invalidInput(
      'Message-ID',
      'it cannot begin with this',
      'Use letters, digits, hyphens and single dots.',
    );
  return `<${left}@${domainToASCII(sender.slice(sender.lastIndexOf('@') + 1)) || 'localhost'}>`;
}

const DOT_ATOM = /^[\w-]+(?:\.[\w-]+)*$/;

/** RFC 5321 section 2.3.8: CRLF is the only line end in a message. */
const withCrlf = (field: string, text: string | undefined): string | undefined =>
  text && assertWholeCharacters(field, text).replace(/\r\n|\r|\n/g, '\r\n');
