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
  const lines = await connection.list('LIST').catch(async (error: unknown) => {
    if (await isEmpty(connection, error)) return [];
    throw error;
  });
  const sizes = new Map(numbered(lines).map(([number, size]) => [number, sizeOf(size)]));
  const uidls = await readUidls(connection);
  const unnamed = [...sizes.keys()].filter((number) => !uidls.has(number));
  if (unnamed.length > 0) {
    if (unnamed.length > MOST_WITHOUT_UIDL) throw noIds();
    for (const [number, digest] of await headerDigests(connection, unnamed)) uidls.set(number, digest);
  }
  const entries = [...uidls].map(([number, uidl]) => ({ number, uidl, size: sizes.get(number) ?? 0 }));
  return withIds(entries.sort((a, b) => a.number - b.number)).reverse();
}

/**
 * Whether a refusal only means that there is nothing to list: the server counts no messages (STAT, RFC 1939 section 5,
 * which every server has).
 */
async function isEmpty(connection: PopConnection, error: unknown): Promise<boolean> {
  if (!(error instanceof PopRefusal) || isTemporary(error)) return false;
  const count = await connection.command('STAT').catch((reason: unknown) => {
    if (reason instanceof PopRefusal) return '';
    throw reason;
  });
  return /^0\s/.test(count);
}

/** By message number; empty if the server does not support UIDL, which is optional. */
async function readUidls(connection: PopConnection): Promise<Map<number, string>> {
  try {
    return new Map(numbered(await connection.list('UIDL')));
  } catch (error) {
    if (!(error instanceof PopRefusal) || isTemporary(error)) throw error;
    if (connection.capabilities.has('UIDL') && !(await isEmpty(connection, error))) throw noIds();
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

/** Bytes, which may be followed by something (RFC 1939 section 5); 0 if the server gives no number. */
const sizeOf = (text: string): number => Number(/^\d{1,10}(?=\s|$)/.exec(text)?.[0] ?? 0);

const numbered = (lines: readonly string[]): Array<[number, string]> =>
  lines.flatMap((line) => {
    const [, number = '0', rest = ''] = LISTED.exec(line.trim()) ?? [];
    return Number(number) > 0 && rest ? [[Number(number), rest] as [number, string]] : [];
  });

/** A line of LIST or UIDL (RFC 1939 sections 5 and 7). Some servers write +OK before each, as if it were the only one. */
const LISTED = /^(?:\+OK\s+)?(\d{1,10})\s+(.*)$/i;

const noIds = (): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    'The server has no permanent message IDs (UIDL)',
    'Use IMAP, or another mail server: without these IDs, no message could be found again.',
  );
