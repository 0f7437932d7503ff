import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import type { ImapFlow } from 'imapflow';

import { notGiven } from '../model/failed-messages';
import type { ImapConnection, SeenFolders } from './connection';
import { messageGone, parseId } from './message-id';
import { overheardOf } from './overheard';
import { refusalIn } from './refusal';

/** Bytes per command when a long text is read. */
export const CHUNK = 4 * 1024 * 1024;

/** Starts to read part of a message; undefined if it does not exist. */
export type Begin<T> = (flow: ImapFlow, uid: number) => Promise<({ content: Readable } & T) | undefined>;

/**
 * Streams a message or one part. The folder stays locked until the stream ends, because each piece is a command in that
 * folder.
 *
 * @param seen as for `ImapConnection.lock`
 * @throws {MailError} MESSAGE_NOT_FOUND
 */
export async function openStream<T>(
  connection: ImapConnection,
  id: string,
  begin: Begin<T>,
  seen?: SeenFolders,
): Promise<{ content: Readable } & T> {
  const { folder, uid, uidValidity } = parseId(id);
  const { mailbox, release } = await connection.lock(folder, { seen });
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
    // imapflow's stream fails with imapflow's own error. The reader gets the error from `watched` instead.
    const output = new PassThrough();
    for (const stream of [content, output]) {
      // If this fails before anyone reads, the next read reports it. It must not crash the process.
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
