import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import type { ImapFlow } from 'imapflow';

import { notGiven } from '../model/failed-messages';
import type { ImapConnection } from './connection';
import { messageGone, parseId } from './message-id';
import { overheardOf } from './overheard';
import { refusalIn } from './refusal';

/** A long text is asked for in pieces of this size, one command each. Bytes. */
export const CHUNK = 4 * 1024 * 1024;

/** What begins to read something of a message; undefined where there is no such thing. */
export type Begin<T> = (flow: ImapFlow, uid: number) => Promise<({ content: Readable } & T) | undefined>;

/**
 * Streams a message, or a part of it. Its folder is held until the stream ends, because the pieces that follow are
 * commands in it.
 *
 * @throws {MailError} MESSAGE_NOT_FOUND
 */
export async function openStream<T>(
  connection: ImapConnection,
  id: string,
  begin: Begin<T>,
): Promise<{ content: Readable } & T> {
  const { folder, uid, uidValidity } = parseId(id);
  const { mailbox, release } = await connection.lock(folder);
  try {
    if (mailbox.uidValidity !== uidValidity) throw messageGone(id);
    const overheard = overheardOf(connection.flow);
    const before = overheard.leftOut;
    const begun = await connection.watched(async () => {
      try {
        return await begin(connection.flow, uid);
      } catch (error) {
        const refusal = refusalIn(error);
        throw refusal ? notGiven(id, refusal.words, refusal.isTemporary) : error;
      }
    });
    if (!begun) {
      throw overheard.leftOut > before ? notGiven(id, 'its answer cannot be understood') : messageGone(id);
    }
    const { content } = begun;
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
    return { ...begun, content: output };
  } catch (error) {
    release();
    throw error;
  }
}

/** A message as it is stored. */
export const beginMessage: Begin<{ size?: number }> = async (flow, uid) => {
  const { content, meta } = await flow.download(`${uid}`, undefined, { uid: true, chunkSize: CHUNK });
  return content && { content, size: meta.expectedSize };
};
