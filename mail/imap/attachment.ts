import { invalidInput } from '../errors';
import type { AttachmentDownload } from '../model/message';
import { safeFileName } from '../text';
import type { ImapConnection } from './connection';
import { openStream } from './locked-stream';

/** `MailClient.openAttachment` for IMAP. */
export async function openAttachment(
  connection: ImapConnection,
  id: string,
  part: string,
): Promise<AttachmentDownload> {
  if (!/^\d+(\.\d+)*$/.test(part)) {
    throw invalidInput(
      'Attachment',
      `"${part}" is not a part of a message`,
      'Use the field "part" of an attachment.',
    );
  }
  const { content, meta } = await openStream(connection, id, part);
  return {
    content,
    fileName: safeFileName(meta.filename, `attachment-${part}`),
    mimeType: meta.contentType ?? 'application/octet-stream',
  };
}
