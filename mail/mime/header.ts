import type { HeaderField } from '../model/outgoing';
import { inUtf8 } from './header-charset';
import { trimRaw, trimRawEnd } from './white-space';
import { decodeWords } from './words';

/** A header field (RFC 5322 section 2.2), unfolded, one character for each byte; see `inUtf8` about its charset. */
export interface RawField {
  name: string;
  value: string;
}

/** Larger headers and fields are not mail but an attack on the reader. Bytes. */
export const LONGEST_HEADER = 1024 * 1024;
const LONGEST_FIELD = 256 * 1024;

/** RFC 5322 section 3.6.8. */
const NAME = /^[\x21-\x39\x3b-\x7e]{1,200}$/;

/** The fields of a header in order. Lines that are not fields, such as the first line of an mbox, are skipped. */
export function rawFields(header: Buffer): RawField[] {
  const fields: Array<{ name: string; lines: string[] }> = [];
  let isField = false;
  for (const line of header.toString('latin1', 0, LONGEST_HEADER).split('\n')) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text.startsWith(' ') || text.startsWith('\t')) {
      // A continuation line is appended with one space (RFC 5322 section 2.2.3).
      if (isField) fields.at(-1)?.lines.push(text.replace(/^[ \t]+/, ' '));
      continue;
    }
    const colon = text.indexOf(':');
    const name = trimRawEnd(text.slice(0, Math.max(0, Math.min(colon, 300))));
    isField = colon > 0 && NAME.test(name);
    if (isField) fields.push({ name, lines: [text.slice(colon + 1)] });
  }
  return inUtf8(
    fields.map(({ name, lines }) => ({ name, value: trimRaw(lines.join('').slice(0, LONGEST_FIELD)) })),
  );
}

/** The values of a field, given by its lower-case name. */
export const valuesOf = (fields: readonly RawField[], name: string): string[] =>
  fields
    .filter((field) => field.name.length === name.length && field.name.toLowerCase() === name)
    .map(({ value }) => value);

/** The fields of a header in order, unfolded and decoded (RFC 2047). */
export const headerFields = (header: Buffer): HeaderField[] => decodedFields(rawFields(header));

export const decodedFields = (fields: readonly RawField[]): HeaderField[] =>
  fields.map(({ name, value }) => ({ name, value: decodedText(value) }));

/** The text of an unstructured field (RFC 5322 section 2.2.1), on one line. */
export const decodedText = (value: string): string =>
  decodeWords(value)
    .replace(/[\s\0]+/g, ' ')
    .trim();
