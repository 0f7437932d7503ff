import { isUtf8 } from 'node:buffer';

import PostalMime, { decodeWords } from 'postal-mime';

import type { HeaderField } from '../model/outgoing';

/** The fields of a header in their order, unfolded (RFC 5322 section 2.2.3) and decoded (RFC 2047). */
export async function headerFields(header: Buffer): Promise<HeaderField[]> {
  // Old programs write a charset of their own without saying so; Latin-1 at least loses nothing.
  const readable = isUtf8(header) ? header : Buffer.from(header.toString('latin1'));
  const { headers } = await PostalMime.parse(readable);
  return headers.map(({ originalKey, value }) => ({
    name: originalKey,
    value: decodeWords(value).replace(/\s+/g, ' ').trim(),
  }));
}
