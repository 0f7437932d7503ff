import { Readable } from 'node:stream';

import type { ImapFlow } from 'imapflow';

import { chunk } from '../chunk';
import { holdsBody, rawFields, type RawField } from '../mime/header';
import { readSource, type ReadMessage } from '../mime/read-source';
import { fetchEach, ignoreRefused, type OnRefused } from './fetch-each';
import { reportNotGiven } from './not-given';
import { readOne, reportBug } from './read-one';
import { toSets } from './uid-set';

/** How much is read of a message that must be read as a whole, in bytes. Texts and headers are at the beginning. */
const MOST_OF_SOURCE = 16 * 1024 * 1024;

/** More would not fit into one command line. */
const MOST_HEADERS = 100;

/** The id of a part that the server did not report. Its number comes from parsing the message itself. */
const OWN_NUMBER = /^source\/(\d+(?:\.\d+)*)$/;

export const ownNumber = (part: string): string | undefined => OWN_NUMBER.exec(part)?.[1];

/** The key under which imapflow stores the MIME header of a part. */
export const headerKey = (part: string): string => `${part}.mime`;

/** The MIME header of a part. */
export interface PartHeader {
  fields: RawField[];
  /** Whether it holds lines of the body, because the empty line after the header is missing. */
  holdsBody: boolean;
}

/**
 * The MIME headers of these parts, by UID and part, as far as the server gives them. Messages whose parts have the same
 * numbers share a command, and most mail has one of a few structures.
 *
 * @param onBug called for a message whose headers bring a bug to light
 */
export async function partHeaders(
  flow: ImapFlow,
  asked: ReadonlyArray<{ uid: number; parts: readonly string[] }>,
  onBug: OnRefused,
): Promise<Map<number, Map<string, PartHeader>>> {
  const layouts = new Map<string, { parts: readonly string[]; uids: number[] }>();
  for (const { uid, parts } of asked) {
    for (const some of chunk(parts, MOST_HEADERS)) {
      const layout = layouts.get(some.join()) ?? { parts: some, uids: [] };
      layouts.set(some.join(), layout);
      layout.uids.push(uid);
    }
  }
  const found = new Map<number, Map<string, PartHeader>>();
  for (const { parts, uids } of layouts.values()) {
    for (const set of toSets(uids)) {
      const fields = { uid: true, bodyParts: parts.map(headerKey) };
      for await (const { uid, bodyParts } of fetchEach(flow, set, fields, true, ignoreRefused)) {
        const headers = readOne(uid, onBug, () =>
          parts.flatMap((part) => {
            const header = bodyParts?.get(headerKey(part));
            if (!header?.length) return [];
            return [[part, { fields: rawFields(header), holdsBody: holdsBody(header) }] as const];
          }),
        );
        if (headers) found.set(uid, new Map([...(found.get(uid) ?? []), ...headers]));
      }
    }
  }
  return found;
}

/** Reads messages from their raw bytes, as POP3 does. */
export async function readWhole(
  flow: ImapFlow,
  uids: readonly number[],
  onRefused: OnRefused,
): Promise<Map<number, ReadMessage>> {
  const found = new Map<number, ReadMessage>();
  const notGiven: number[] = [];
  for (const set of toSets(uids)) {
    const fields = { uid: true, size: true, source: { maxLength: MOST_OF_SOURCE } };
    for await (const { uid, size = 0, source } of fetchEach(flow, set, fields, true, onRefused)) {
      if (!source) {
        notGiven.push(uid);
        continue;
      }
      const truncated = source.length < size && source.length >= MOST_OF_SOURCE;
      const read = await readSource(Readable.from([source]), { content: true, truncated }).catch(
        (error: unknown) => reportBug(uid, onRefused, error),
      );
      if (!read) continue;
      const attachments = read.attachments.map((one) => ({ ...one, part: `source/${one.part}` }));
      found.set(uid, { ...read, attachments, truncated: read.truncated || truncated });
    }
  }
  await reportNotGiven(flow, notGiven, onRefused);
  return found;
}
