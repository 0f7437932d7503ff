import PostalMime, { type Address as ParsedAddress, type Attachment, type Email } from 'postal-mime';

import { PROTOCOLS } from '../account/providers';
import { notSupported } from '../errors';
import { isShownWithin } from '../mime/parts';
import { withoutBrackets } from '../model/angle-brackets';
import { safeFileName } from '../text';
import { propertyId } from './selection';

/** A message as Graph takes it (https://learn.microsoft.com/graph/api/user-post-messages), and its attachments. */
export interface MimeParts {
  message: Record<string, unknown>;
  attachments: FileAttachment[];
}

/** A file, which Graph takes alone or within a message. */
export interface FileAttachment {
  name: string;
  contentType: string;
  content: Buffer;
  isInline: boolean;
  contentId?: string;
}

/** Graph takes these few header fields of a message's own. */
export const OWN_HEADERS = 5;

/**
 * Takes a message apart: Graph makes a draft of MIME, whatever the message is, so that one that is to be stored as it
 * came has to be given in parts.
 *
 * @throws {MailError} NOT_SUPPORTED where the message would be worth nothing in parts
 */
export async function fromMime(mime: Buffer): Promise<MimeParts> {
  const email = await PostalMime.parse(mime, { attachmentEncoding: 'arraybuffer', rfc822Attachments: true });
  assertDivisible(email);
  const { from, sender, inReplyTo, references, messageId, date } = email;
  const threads = [
    inReplyTo && { id: propertyId('inReplyTo'), value: inReplyTo },
    references && { id: propertyId('references'), value: references },
    date &&
      !Number.isNaN(Date.parse(date)) && {
        id: propertyId('submitTime'),
        value: new Date(date).toISOString(),
      },
  ].filter(Boolean);
  const message = {
    subject: email.subject ?? '',
    body: email.html === undefined ? body('text', email.text ?? '') : body('html', email.html),
    ...(from && { from: recipients([from])[0], sender: recipients([sender ?? from])[0] }),
    toRecipients: recipients(email.to),
    ccRecipients: recipients(email.cc),
    bccRecipients: recipients(email.bcc),
    replyTo: recipients(email.replyTo),
    importance: importanceOf(email),
    ...(messageId && { internetMessageId: messageId }),
    ...ownHeaders(email),
    singleValueExtendedProperties: threads,
  };
  return { message, attachments: email.attachments.map(toFile) };
}

function assertDivisible({ headers }: Email): void {
  const type = headers.find(({ key }) => key === 'content-type')?.value ?? '';
  if (!/^\s*(multipart\/(signed|encrypted)|application\/(x-)?pkcs7-mime)/i.test(type)) return;
  throw notSupported(
    PROTOCOLS.graph.name,
    'store a signed or encrypted message as it is',
    'Graph stores a message in parts, which breaks the signature. Use IMAP for this message.',
  );
}

const body = (contentType: 'html' | 'text', content: string) => ({ contentType, content });

const recipients = (list: readonly ParsedAddress[] = []) =>
  list
    .flatMap((one) => one.group ?? [one])
    .map(({ name, address }) => ({
      emailAddress: { name: name || (address ?? ''), address: address ?? '' },
    }));

const importanceOf = ({ headers }: Email): string => {
  const value = headers
    .find(({ key }) => key === 'importance')
    ?.value.trim()
    .toLowerCase();
  return value === 'high' || value === 'low' ? value : 'normal';
};

/** Others than X-… are refused, and the rest of those is left out. */
function ownHeaders({ headers }: Email): object {
  const own = headers
    .filter(({ key }) => /^x-(?!priority$|msmail-priority$|ms-exchange-|microsoft-)/i.test(key))
    .slice(0, OWN_HEADERS)
    .map(({ originalKey, value }) => ({ name: originalKey, value }));
  return own.length > 0 ? { internetMessageHeaders: own } : {};
}

const toFile = (one: Attachment): FileAttachment => ({
  name: safeFileName(one.filename ?? undefined, 'attachment'),
  contentType: one.mimeType,
  content: Buffer.from(one.content as ArrayBuffer),
  isInline: isShownWithin({
    ...{ type: one.mimeType.toLowerCase(), disposition: one.disposition ?? undefined },
    ...{ id: one.contentId, parameters: one.filename ? { name: one.filename } : {} },
  }),
  ...(one.contentId && { contentId: withoutBrackets(one.contentId) }),
});
