import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

import type { ImapFlow } from 'imapflow';

import type { MailError } from '../errors';
import { notGiven } from '../model/failed-messages';
import type { ImapConnection, SeenFolders } from './connection';
import { existingUids } from './existing-uids';
import { messageGone, parseId } from './message-id';
import { CHUNK, inPieces, pieceOf } from './pieces';
import { overheardOf } from './overheard';
import { NOTHING_GIVEN, refusalIn } from './refusal';

/** Starts to read part of a message; undefined if the server gives nothing of it. */
export type Begin<T> = (flow: ImapFlow, uid: number) => Promise<Begun<T> | undefined>;

interface Begun<T> {
  about: T;
  content: Readable;
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
    const { about, content } = begun;
    // The content fails with imapflow's own error. The reader gets the error from `watched` instead.
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
    return { ...about, content: output };
  } catch (error) {
    release();
    throw error;
  }
}

/** The server gave nothing: only a look shows whether the message is gone. */
async function whyNothing(connection: ImapConnection, id: string, uid: number): Promise<MailError> {
  const there = await connection.watched(async () => await existingUids(connection.flow, `${uid}`));
  return there.includes(uid) ? notGiven(id, NOTHING_GIVEN.words) : messageGone(id);
}

/** A message as it is stored. */
export const beginMessage: Begin<{ size?: number }> = async (flow, uid) => {
  const pieceAt = async (start: number) =>
    await flow.fetchOne(
      `${uid}`,
      { uid: true, size: start === 0, source: { start, maxLength: CHUNK } },
      { uid: true },
    );
  const item = await pieceAt(0);
  if (!item || !item.source) return undefined;
  const { size = 0 } = item;
  const next = async (start: number) => {
    const answer = await pieceAt(start);
    return answer ? pieceOf(answer, '') : undefined;
  };
  const pieces = inPieces('message', pieceOf(item, ''), size, next);
  return { about: { size }, content: Readable.from(pieces, { objectMode: false }) };
};
