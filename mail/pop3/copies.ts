import type { PopConnection } from './connection';
import type { Entry } from './entries';
import { PopRefusal } from './errors';
import { readHeaders } from './retrieve';

/**
 * Whether messages with the same unique-id are copies of one message, as RFC 1939 section 7 allows, and not different
 * messages that the server does not distinguish. They are copies if size and header are the same.
 */
export async function areCopies(connection: PopConnection, entries: readonly Entry[]): Promise<boolean> {
  if (new Set(entries.map(({ size }) => size)).size > 1) return false;
  const headers = new Set<string>();
  const asText = async (header: Buffer) => await Promise.resolve(header.toString('latin1'));
  for await (const [, header] of readHeaders(connection, entries, asText)) {
    if (header instanceof PopRefusal) throw header;
    headers.add(header);
  }
  return headers.size === 1;
}
