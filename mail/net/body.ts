/** The text that was read of a body, and whether that is all of it. */
export interface Body {
  text: string;
  complete: boolean;
}

/** Reads up to `most` bytes of a UTF-8 body. A longer body is cut off and closed. */
export async function readUpTo(most: number, body: AsyncIterable<Buffer>): Promise<Body> {
  const { chunks, complete } = await chunksOf(most, body);
  return { text: toText(chunks), complete };
}

/**
 * Reads a whole UTF-8 body.
 *
 * @throws with the code ETOOLONG if it has more than `most` bytes
 */
export async function readWhole(most: number, body: AsyncIterable<Buffer>): Promise<string> {
  const { chunks, complete } = await chunksOf(most, body);
  if (complete) return toText(chunks);
  throw tooLong();
}

/** Reads up to `most` bytes. `complete`: that is all. */
export async function chunksOf(
  most: number,
  body: AsyncIterable<Buffer>,
): Promise<{ chunks: Buffer[]; complete: boolean }> {
  const chunks: Buffer[] = [];
  let left = most;
  for await (const chunk of body) {
    if (chunk.length > left) return { chunks: [...chunks, chunk.subarray(0, left)], complete: false };
    chunks.push(chunk);
    left -= chunk.length;
  }
  return { chunks, complete: true };
}

const TOO_LONG = 'ETOOLONG';

/** The error for an answer that has more in it than any useful one. */
export const tooLong = (): Error => Object.assign(new Error('the answer is too long'), { code: TOO_LONG });

export const isTooLong = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | undefined)?.code === TOO_LONG;

// Unlike Buffer's own method, this removes a byte order mark.
const toText = (chunks: readonly Buffer[]): string => new TextDecoder().decode(Buffer.concat(chunks));
