import { createHash } from 'node:crypto';

import type { PopConnection } from './connection';
import { PopRefusal } from './errors';
import { readHeaders } from './retrieve';

/** Fields that servers change when a message is read. */
const CHANGING = /^(?:x-)?(?:status|keywords|uid|uidl|imapbase):/i;

/**
 * What tells messages apart for a server without UIDL: a digest of each header, as mail programs have always done it.
 *
 * @throws {PopRefusal} where a header is refused: a message without a name could not be found again
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
