import { isUtf8 } from 'node:buffer';

import type { ImapFlow } from 'imapflow';
import PostalMime, { decodeWords } from 'postal-mime';

import type { HeaderField } from '../message/outgoing';
import { fetchEach } from './fetch-each';
import { toSets } from './uid-set';

/** Reads all header fields of many messages, and nothing else of them: one command whatever their number. */
export async function fetchHeaders(
  flow: ImapFlow,
  messages: readonly { uid: number }[],
): Promise<Map<number, HeaderField[]>> {
  const headers = new Map<number, HeaderField[]>();
  for (const set of toSets(messages.map(({ uid }) => uid))) {
    for await (const item of fetchEach(flow, set, { uid: true, headers: true }, true)) {
      headers.set(item.uid, await headerFields(item.headers ?? Buffer.alloc(0)));
    }
  }
  return headers;
}

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
