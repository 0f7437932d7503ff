import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { finished } from 'node:stream/promises';

import type { ImapFlow } from 'imapflow';

import type { MailError } from '../errors';
import { notGiven } from '../model/failed-messages';
import type { ImapConnection, SeenFolders } from './connection';
import { existingUids } from './existing-uids';
import { messageGone, parseId } from './message-id';
import { NOTHING_GIVEN, notWhole } from './not-given';
import { overheardOf } from './overheard';
import { refusalIn } from './refusal';

/** Bytes per command when a long text is read. */
export const CHUNK = 4 * 1024 * 1024;

/** Starts to read part of a message; undefined if the server gives nothing of it. */
export type Begin<T> = (flow: ImapFlow, uid: number) => Promise<Begun<T> | undefined>;

interface Begun<T> {
  about: T;
  content: Readable;
  /** Whether this many bytes can be all of it. */
  isWhole?: (bytes: number) => boolean;
}

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
      const isUnread = overheard.leftOut > before;
      throw isUnread
        ? notGiven(id, 'its answer cannot be understood')
        : await whyNothing(connection, id, uid);
    }
    const { about, content, isWhole } = begun;
    // imapflow's stream fails with imapflow's own error. The reader gets the error from `watched` instead.
    const output = new CheckedStream(isWhole);
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
    return { ...about, content: output };
  } catch (error) {
    release();
    throw error;
  }
}

/** Passes on what is read, and fails at the end if it is not all of it. */
class CheckedStream extends Transform {
  private bytes = 0;

  constructor(private readonly isWhole: (bytes: number) => boolean = () => true) {
    super();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.isWhole(this.bytes) ? null : notWhole('message'));
  }
}

/** The server gave nothing: only a look shows whether the message is gone. */
async function whyNothing(connection: ImapConnection, id: string, uid: number): Promise<MailError> {
  const there = await connection.watched(async () => await existingUids(connection.flow, `${uid}`));
  return there.includes(uid) ? notGiven(id, NOTHING_GIVEN.words) : messageGone(id);
}

/** A message as it is stored. */
export const beginMessage: Begin<{ size?: number }> = async (flow, uid) => {
  const { content, meta } = await flow.download(`${uid}`, undefined, { uid: true, chunkSize: CHUNK });
  if (!content) return undefined;
  const { expectedSize: size = 0 } = meta;
  // imapflow ends without an error if the server gives nothing more after a full chunk.
  return { about: { size }, content, isWhole: (bytes) => bytes % CHUNK > 0 || bytes >= size };
};
