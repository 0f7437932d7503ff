import { MailError } from '../errors';
import type { PopConnection } from './connection';
import { PopRefusal } from './errors';

/** A message as the server lists it. */
export interface Entry {
  /** Valid in this session only. */
  number: number;
  uidl: string;
  /** Bytes. */
  size: number;
}

/**
 * What is in the maildrop, newest first: two commands whatever its size. It does not change while the session
 * lasts (RFC 1939 section 3).
 *
 * @throws {MailError} NOT_SUPPORTED without UIDL, without which no message could be found again
 */
export async function readEntries(connection: PopConnection): Promise<Entry[]> {
  const sizes = new Map(pairs(await connection.list('LIST')).map(([number, size]) => [number, Number(size)]));
  let ids: Array<[number: string, uidl: string]>;
  try {
    ids = pairs(await connection.list('UIDL'));
  } catch (error) {
    throw error instanceof PopRefusal ? noIds() : error;
  }
  return ids
    .map(([number, uidl]) => ({ number: Number(number), uidl, size: sizes.get(number) ?? 0 }))
    .filter(({ number, uidl }) => number > 0 && uidl)
    .sort((a, b) => b.number - a.number);
}

const pairs = (lines: readonly string[]): Array<[string, string]> =>
  lines.map((line) => {
    const [first = '', second = ''] = line.trim().split(/\s+/);
    return [first, second];
  });

const noIds = (): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    'The server gives messages no lasting ids (UIDL)',
    'Use IMAP, or another mail server: without ids no message could be found again.',
  );
