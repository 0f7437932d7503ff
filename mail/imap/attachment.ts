import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';

import { invalidInput } from '../errors';
import type { AttachmentDownload } from '../message/message';
import { safeFileName } from '../text';
import type { ImapConnection } from './connection';
import { messageGone, parseId } from './message-id';

/** imapflow asks for an attachment in pieces of this size, one command each. */
const CHUNK = 2 * 1024 * 1024;

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
  const { folder, uid, uidValidity } = parseId(id);
  const { mailbox, release } = await connection.hold(folder);
  try {
    if (mailbox.uidValidity !== uidValidity) throw messageGone(id);
    // The bytes as they were attached: a text is not to be converted to another charset.
    const options = { uid: true, chunkSize: CHUNK, decodeText: false };
    const { content, meta } = await connection.watched(
      async () => await connection.flow.download(`${uid}`, part, options),
    );
    if (!content) throw messageGone(id);
    // imapflow fails its stream with an error of its own; the reader gets what `watched` makes of it.
    const output = new PassThrough();
    for (const stream of [content, output]) {
      // A failure before anybody reads is told by the read, and must not end the process.
      stream.on('error', () => {});
    }
    output.once('close', () => content.destroy());
    content.pipe(output);
    // The folder is held until the stream ends, because its further pieces are commands in it.
    const ended = connection.watched(
      async () => await finished(content),
      () => output.readableLength > 0,
    );
    void ended.catch((error: Error) => output.destroy(error)).finally(release);
    return {
      content: output,
      fileName: safeFileName(meta.filename, `attachment-${part}`),
      mimeType: meta.contentType ?? 'application/octet-stream',
    };
  } catch (error) {
    release();
    throw error;
  }
}
