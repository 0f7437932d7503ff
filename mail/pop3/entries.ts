import { MailError } from '../errors';
import type { PopConnection } from './connection';
import { PopRefusal, isTemporary } from './errors';
import { headerDigests } from './header-digests';
import { formatId } from './message-id';

/** A message as the server lists it. */
export interface Entry {
  /** Valid in this session only. */
  number: number;
  /** The message's unique-id. Servers may give several messages the same one (RFC 1939 section 7). */
  uidl: string;
  /** Identifies exactly this message. */
  id: string;
  /** Bytes. */
  size: number;
}

/**
 * Maximum number of messages without UIDL. Reading the header of each message to identify it takes too long for more.
 */
const MOST_WITHOUT_UIDL = 10_000;

/**
 * The contents of the maildrop, newest first: two commands, regardless of its size. It does not change during a session
 * (RFC 1939 section 3).
 *
 * @throws {MailError} NOT_SUPPORTED if the server announces UIDL but refuses it, or has too many messages without it
 */
export async function readEntries(connection: PopConnection): Promise<Entry[]> {
  const sizes = new Map(
    numbered(await connection.list('LIST')).map(([number, size]) => [number, sizeOf(size)]),
  );
  const uidls = await readUidls(connection);
  const unnamed = [...sizes.keys()].filter((number) => !uidls.has(number));
  if (unnamed.length > 0) {
    if (unnamed.length > MOST_WITHOUT_UIDL) throw noIds();
    for (const [number, digest] of await headerDigests(connection, unnamed)) uidls.set(number, digest);
  }
  const entries = [...uidls].map(([number, uidl]) => ({ number, uidl, size: sizes.get(number) ?? 0 }));
  return withIds(entries.sort((a, b) => a.number - b.number)).reverse();
}

/** By message number; empty if the server does not support UIDL, which is optional. */
async function readUidls(connection: PopConnection): Promise<Map<number, string>> {
  try {
    return new Map(numbered(await connection.list('UIDL')));
  } catch (error) {
    if (!(error instanceof PopRefusal) || isTemporary(error)) throw error;
    if (connection.capabilities.has('UIDL')) throw noIds();
    return new Map();
  }
}

/** @param entries oldest first */
function withIds(entries: ReadonlyArray<Omit<Entry, 'id'>>): Entry[] {
  const totals = new Map<string, number>();
  for (const { uidl } of entries) totals.set(uidl, (totals.get(uidl) ?? 0) + 1);
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const { uidl } = entry;
    const [nth, of] = [(seen.get(uidl) ?? 0) + 1, totals.get(uidl) ?? 1];
    seen.set(uidl, nth);
    return { ...entry, id: formatId({ uidl, ...(of > 1 && { copy: { nth, of } }) }) };
  });
}

/** Bytes; 0 if the server gives no number. */
const sizeOf = (text: string): number => (/^\d{1,10}$/.test(text) ? Number(text) : 0);

const numbered = (lines: readonly string[]): Array<[number, string]> =>
  lines.flatMap((line) => {
    const [first = '', second = ''] = line.trim().split(/\s+/);
    const number = /^\d{1,10}$/.test(first) ? Number(first) : 0;
    return number > 0 && second ? [[number, second] as [number, string]] : [];
  });

const noIds = (): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    'The server has no permanent message IDs (UIDL)',
    'Use IMAP, or another mail server: without these IDs, no message could be found again.',
  );
