import { PROTOCOLS } from '../account/providers';
import { MailError, notSupported } from '../errors';
import { parseAddressList } from '../mime/address-list';
import { decodedFields, valuesOf, type RawField } from '../mime/header';
import { parseMessage, type ParsedFile } from '../mime/parse-message';
import { summaryOf } from '../mime/summary';
import type { Address } from '../model/message';
import { propertyId } from './selection';

/** A message in Graph's form (https://learn.microsoft.com/graph/api/user-post-messages), and its attachments. */
export interface MimeParts {
  message: Record<string, unknown>;
  attachments: FileAttachment[];
}

/** A file that Graph accepts separately or within a message. */
export interface FileAttachment {
  name: string;
  contentType: string;
  content: Buffer;
  isInline: boolean;
  contentId?: string;
}

/** Graph's maximum number of custom header fields. */
export const OWN_HEADERS = 5;

/**
 * Splits a message into Graph's properties. Graph always creates a draft from MIME, so a message that should be stored
 * as received must be sent as properties.
 *
 * @throws {MailError} NOT_SUPPORTED if the message would lose its meaning
 */
export async function fromMime(mime: Buffer): Promise<MimeParts> {
  const { fields, content, files, truncated } = await parseMessage(mime);
  assertDivisible(fields);
  if (truncated) throw tooLarge();
  const { from, to, cc, bcc, replyTo, subject, messageId, date } = summaryOf(fields);
  const first = (name: string) => valuesOf(fields, name)[0];
  const [sender] = parseAddressList(first('sender') ?? '');
  const threads = [
    ...['in-reply-to', 'references'].map((name) => ({
      id: propertyId(name === 'references' ? 'references' : 'inReplyTo'),
      value: first(name),
    })),
    { id: propertyId('submitTime'), value: date },
  ].filter(({ value }) => value);
  const message = {
    subject,
    body: content.html ? body('html', content.html) : body('text', content.text),
    ...(from[0] && { from: recipient(from[0]), sender: recipient(sender ?? from[0]) }),
    toRecipients: to.map(recipient),
    ccRecipients: cc.map(recipient),
    bccRecipients: bcc.map(recipient),
    replyTo: first('reply-to') ? replyTo.map(recipient) : [],
    importance: importanceOf(first('importance')),
    ...(messageId && { internetMessageId: messageId }),
    ...ownHeaders(fields),
    singleValueExtendedProperties: threads,
  };
  return { message, attachments: files.map(toFile) };
}

function assertDivisible(fields: readonly RawField[]): void {
  const type = valuesOf(fields, 'content-type')[0] ?? '';
  if (!/^\s*(multipart\/(signed|encrypted)|application\/(x-)?pkcs7-mime)/i.test(type)) return;
  throw notSupported(
    PROTOCOLS.graph.name,
    'store a signed or encrypted message as it is',
    'Graph stores a message in parts, which breaks the signature. Use IMAP for this message.',
  );
}

const tooLarge = (): MailError =>
  notSupported(
    PROTOCOLS.graph.name,
    'be given a message with so much text or so many parts',
    'Use IMAP for this message.',
  );

const body = (contentType: 'html' | 'text', content: string) => ({ contentType, content });

const recipient = ({ name, address }: Address) => ({ emailAddress: { name: name || address, address } });

function importanceOf(value = ''): string {
  const importance = value.trim().toLowerCase();
  return importance === 'high' || importance === 'low' ? importance : 'normal';
}

/** Graph accepts only X-… fields. Fields beyond the maximum are left out. */
function ownHeaders(fields: readonly RawField[]): object {
  const own = decodedFields(
    fields
      .filter(({ name }) => /^x-(?!priority$|msmail-priority$|ms-exchange-|microsoft-)/i.test(name))
      .slice(0, OWN_HEADERS),
  );
  return own.length > 0 ? { internetMessageHeaders: own } : {};
}

const toFile = ({ savedAs, mimeType, bytes, inline, contentId }: ParsedFile): FileAttachment => ({
  name: savedAs,
  contentType: mimeType,
  content: bytes,
  isInline: inline,
  ...(contentId && { contentId }),
});
