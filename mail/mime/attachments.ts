import type { Readable } from 'node:stream';

import type { MailComposerAttachment } from 'nodemailer/lib/mail-composer';

import { MailError, invalidInput, isMailError } from '../errors';
import { assertSingleLine } from '../text';
import { LazyStream } from './lazy-stream';
import { MAX_WORD, assertFolds, longestWord } from './long-words';
import type { OutgoingAttachment } from '../model/outgoing';

/** RFC 2045 section 5.1: a media type, optionally followed by parameters. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?: *;[ -~]*)?$/;
const CONTENT_ID = /^[!-;=?-~]+$/;

/** Whether an attachment can be sent under this content ID. */
export const isContentId = (contentId: string): boolean =>
  CONTENT_ID.test(contentId) && longestWord(contentId) <= MAX_WORD;

/**
 * @throws {MailError} INVALID_INPUT naming the attachment
 */
export function assertAttachments(attachments: readonly OutgoingAttachment[] = []): void {
  for (const { fileName, contentId } of attachments) {
    assertSingleLine('Attachment', fileName);
    assertFolds('Inline Images', contentId ?? '');
    if (contentId !== undefined && !CONTENT_ID.test(contentId)) {
      throw invalidInput(
        'Inline Images',
        `"${contentId.slice(0, 100)}" is not a content ID`,
        'Use letters, digits, dots and hyphens, such as logo.',
      );
    }
  }
}

/** An attachment for nodemailer's composer, opened only when it is read. Always base64, so its bytes stay the same. */
export const toComposerAttachment = (
  attachment: OutgoingAttachment,
  hasHtml: boolean,
): MailComposerAttachment => ({
  filename: shortName(attachment.fileName),
  contentType: transportType(attachment.mimeType),
  contentTransferEncoding: 'base64',
  content: opened(attachment),
  contentDisposition: attachment.contentId !== undefined && hasHtml ? 'inline' : 'attachment',
  cid: attachment.contentId,
});

/**
 * The media type with which an attachment stays unchanged in transit. Message and multipart types must not be encoded
 * as base64 (RFC 2046 section 5.2.1, RFC 2045 section 6.4), and unencoded their line ends could change.
 */
const transportType = (mimeType: string): string =>
  MEDIA_TYPE.test(mimeType) && longestWord(mimeType) <= MAX_WORD && !/^(message|multipart)\//i.test(mimeType)
    ? mimeType
    : 'application/octet-stream';

/** No file name is this long, and it would not fit into a header line. */
const shortName = (fileName: string): string =>
  longestWord(fileName) > MAX_WORD
    ? `${fileName.slice(0, LONGEST_NAME)}${/\.\w{1,10}$/.exec(fileName)?.[0] ?? ''}`
    : fileName;

const LONGEST_NAME = 200;

function opened({ fileName, content }: OutgoingAttachment): Buffer | Readable {
  if (Buffer.isBuffer(content)) return content;
  return new LazyStream(content, {
    error: (error) => (isMailError(error) ? error : unreadable(fileName, error)),
  });
}

const unreadable = (fileName: string, { message }: Error): MailError =>
  invalidInput(
    `Attachment "${fileName}"`,
    `it could not be read (${message})`,
    'Check the binary data of the input item. The message was not sent.',
  );
