import type { FetchMessageObject } from 'imapflow';

import { notWhole } from './not-given';

/** Bytes per command when a long text is read. */
export const CHUNK = 4 * 1024 * 1024;

/** An answer to a FETCH of a part of a text, such as `BODY[1]<4194304>` (RFC 9051 section 7.5.2). */
export interface Piece {
  bytes?: Buffer;
  /** Where it begins. Some servers leave this out, and some of these ignore which part was asked for. */
  origin?: number;
}

/** @param key as imapflow has it: of a part, or empty for the whole message */
export function pieceOf(item: FetchMessageObject, key: string): Piece {
  const bytes: unknown = key ? item.bodyParts?.get(key) : item.source;
  const { partialOrigins } = item as { partialOrigins?: ReadonlyMap<string, number> };
  const origin: unknown = partialOrigins?.get(key);
  return {
    ...(Buffer.isBuffer(bytes) && { bytes }),
    ...(typeof origin === 'number' && { origin }),
  };
}

/**
 * A long text, piece by piece. A piece that is too short is the end, unless the text should be longer: some servers give
 * less at a time than they were asked for.
 *
 * @param first the piece at the beginning
 * @param size of the whole in bytes, which some servers only estimate
 * @param next asks for the piece at an offset; undefined if there is no message any more
 * @throws {MailError} SERVER_REFUSED if a part is missing
 */
export async function* inPieces(
  what: 'attachment' | 'message',
  { bytes: chunk = Buffer.alloc(0), origin }: Piece,
  size: number,
  next: (start: number) => Promise<Piece | undefined>,
): AsyncGenerator<Buffer> {
  const keepsRange = origin !== undefined;
  for (let start = 0; ; ) {
    yield chunk;
    start += chunk.length;
    const isFull = chunk.length === CHUNK;
    // A server that gives more than it was asked for ignores the range, and has given all.
    if (!isFull && !(keepsRange && chunk.length > 0 && chunk.length < CHUNK && start < size)) return;
    const piece = await next(start);
    if (!piece?.bytes) {
      if (isFull && (!piece || start < size)) throw notWhole(what);
      return;
    }
    if (piece.origin !== undefined && piece.origin !== start) throw notWhole(what);
    chunk = piece.bytes;
  }
}
