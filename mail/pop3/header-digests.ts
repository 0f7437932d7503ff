import { createHash } from 'node:crypto';

import type { PopConnection } from './connection';
import { PopRefusal } from './errors';
import { readHeaders } from './retrieve';

/** Header fields that servers change when a message is read. */
const CHANGING = /^(?:x-)?(?:status|keywords|uid|uidl|imapbase):/i;

/**
 * Identifies messages on a server without UIDL: a digest of each header, a common method of mail programs.
 *
 * @throws {PopRefusal} if a header is refused: a message without an id could not be found again
 */
export async function headerDigests(
  connection: PopConnection,
  numbers: readonly number[],
): Promise<Map<number, string>> {
  const digests = new Map<number, string>();
  const entries = numbers.map((number) => ({ number }));
  const digest = async (header: Buffer) => await Promise.resolve(digestOf(header));
  for await (const [{ number }, answer] of readHeaders(connection, entries, digest)) {
    if (answer instanceof PopRefusal) throw answer;
    digests.set(number, answer);
  }
  return digests;
}

function digestOf(header: Buffer): string {
  const fields = header
    .toString('latin1')
    .split(/\r?\n(?![ \t])/)
    .filter((field) => field && !CHANGING.test(field));
  return `header-${createHash('sha256').update(fields.join('\n')).digest('hex').slice(0, 40)}`;
}
