import MailComposer from 'nodemailer/lib/mail-composer';
import type { Address, Email } from 'postal-mime';

import { isInline } from './mailbox';

export interface Person {
  name: string;
  address: string;
}

export interface Part {
  name: string;
  contentType: string;
  isInline: boolean;
  contentId?: string;
  content: Buffer;
}

/** A message as Exchange holds it, whichever form it came in. */
export interface Content {
  subject: string;
  from?: Person;
  sender?: Person;
  to: Person[];
  cc: Person[];
  bcc: Person[];
  replyTo: Person[];
  date?: Date;
  messageId?: string;
  inReplyTo?: string;
  references?: string;
  text?: string;
  html?: string;
  /** Others than those that the fields above make. */
  headers: Array<{ key: string; value: string }>;
  parts: Part[];
}

/** What MailComposer writes by itself. */
const OWN = [
  ...[
    'subject',
    'from',
    'sender',
    'to',
    'cc',
    'bcc',
    'reply-to',
    'date',
    'message-id',
    'in-reply-to',
    'references',
  ],
  ...['mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition', 'content-id'],
];

const people = (list: readonly Address[] | undefined): Person[] =>
  (list ?? [])
    .flatMap((one) => ('group' in one && one.group ? one.group : [one]))
    .map(({ name = '', address = '' }) => ({ name, address }));

/** What a MIME message says. */
export const contentOf = (parsed: Email): Content => ({
  subject: parsed.subject ?? '',
  from: people(parsed.from && [parsed.from])[0],
  sender: people(parsed.sender && [parsed.sender])[0],
  to: people(parsed.to),
  cc: people(parsed.cc),
  bcc: people(parsed.bcc),
  replyTo: people(parsed.replyTo),
  date: parsed.date ? new Date(parsed.date) : undefined,
  messageId: parsed.messageId,
  inReplyTo: parsed.inReplyTo,
  references: parsed.references,
  text: parsed.text,
  html: parsed.html,
  headers: parsed.headers
    .filter(({ key }) => !OWN.includes(key))
    .map(({ originalKey, value }) => ({ key: originalKey, value })),
  parts: parsed.attachments.map((attachment) => ({
    name: attachment.filename ?? '',
    contentType: attachment.mimeType,
    isInline: isInline(attachment),
    contentId: attachment.contentId?.replace(/^<|>$/g, ''),
    content: Buffer.from(attachment.content as ArrayBuffer),
  })),
});

/** The MIME message that stands behind it. */
export async function compose({ to, cc, bcc, parts, ...content }: Content): Promise<Buffer> {
  const node = new MailComposer({
    ...content,
    ...{ to, cc, bcc },
    // So that no line of the text is folded.
    textEncoding: 'base64',
    attachments: parts.map(({ name, contentType, isInline: inline, contentId, content: bytes }) => ({
      filename: name || false,
      contentType,
      content: bytes,
      contentDisposition: inline ? ('inline' as const) : ('attachment' as const),
      cid: contentId,
      // Only texts may be anything but base64, and these bytes are to come back as they are.
      contentTransferEncoding: contentType.startsWith('message/') ? ('8bit' as const) : ('base64' as const),
    })),
  }).compile();
  node.keepBcc = true;
  return await node.build();
}

/** As recipients get it: without the lines that say who else does (RFC 5322 section 3.6.3). */
export function withoutBcc(mime: Buffer): Buffer {
  const text = mime.toString('latin1');
  const end = text.search(/\r?\n\r?\n/);
  const head = end < 0 ? text : text.slice(0, end);
  const kept = head.replace(/^bcc:.*(\r?\n[ \t].*)*(\r?\n)?/gim, '');
  return Buffer.from(kept + text.slice(head.length), 'latin1');
}
