import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import type { DownloadObject } from 'imapflow';

import { notGiven } from '../model/failed-messages';
import type { ImapConnection } from './connection';
import { messageGone, parseId } from './message-id';
import { overheardOf } from './overheard';
import { refusalIn } from './refusal';

/** imapflow asks for a long text in pieces of this size, one command each. */
const CHUNK = 4 * 1024 * 1024;

/**
 * Streams a message, or a part of it. Its folder is held until the stream ends, because the pieces that follow are
 * commands in it.
 *
 * @throws {MailError} MESSAGE_NOT_FOUND
 */
export async function openStream(
  connection: ImapConnection,
  id: string,
  part?: string,
): Promise<{ content: Readable; meta: DownloadObject['meta'] }> {
  const { folder, uid, uidValidity } = parseId(id);
  const { mailbox, release } = await connection.lock(folder);
  try {
    if (mailbox.uidValidity !== uidValidity) throw messageGone(id);
    // The bytes as they were sent: a text is not to be converted to another charset.
    const options = { uid: true, chunkSize: CHUNK, decodeText: false };
    const overheard = overheardOf(connection.flow);
    const before = overheard.leftOut;
    const { content, meta } = await connection.watched(async () => {
      try {
        return await connection.flow.download(`${uid}`, part, options);
      } catch (error) {
        const refusal = refusalIn(error);
        throw refusal ? notGiven(id, refusal.words, refusal.isTemporary) : error;
      }
    });
    if (!content) {
      throw overheard.leftOut > before ? notGiven(id, 'its answer cannot be understood') : messageGone(id);
    }
    // imapflow fails its stream with an error of its own; the reader gets what `watched` makes of it.
    const output = new PassThrough();
    for (const stream of [content, output]) {
      // A failure before anybody reads is told by the read, and must not end the process.
      stream.on('error', () => {});
    }
    output.once('close', () => content.destroy());
    content.pipe(output);
    const ended = connection.watched(
      async () => await finished(content),
      () => output.readableLength > 0,
    );
    void ended.catch((error: Error) => output.destroy(error)).finally(release);
    return { content: output, meta };
  } catch (error) {
    release();
    throw error;
  }
}
