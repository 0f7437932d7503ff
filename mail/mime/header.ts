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

const DASH = 0x2d;

/** RFC 5322 section 3.6.8. */
const NAME = /^[\x21-\x39\x3b-\x7e]{1,200}$/;

/** The fields of a header in order. Lines that are not fields, such as the first line of an mbox, are skipped. */
export function rawFields(header: Buffer): RawField[] {
  const fields: Array<{ name: string; lines: string[] }> = [];
  let isField = false;
  let before = '';
  for (const line of header.toString('latin1', 0, LONGEST_HEADER).split('\n')) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (isIndented(text)) {
      // A continuation line is appended with one space (RFC 5322 section 2.2.3).
      if (isField) fields.at(-1)?.lines.push(text.replace(/^[ \t]+/, ' '));
      before = text;
      continue;
    }
    const name = fieldName(text);
    // A value or a parameter that is not indented.
    if (!name && isField && goesOn(before)) {
      fields.at(-1)?.lines.push(` ${text}`);
      before = text;
      continue;
    }
    before = text;
    isField = name !== undefined;
    if (name) fields.push({ name, lines: [text.slice(text.indexOf(':') + 1)] });
  }
  return inUtf8(
    fields.map(({ name, lines }) => ({ name, value: trimRaw(lines.join('').slice(0, LONGEST_FIELD)) })),
  );
}

/** The name of the field that starts with this line. */
function fieldName(line: string): string | undefined {
  const colon = line.indexOf(':');
  const name = colon > 0 ? trimRawEnd(line.slice(0, Math.min(colon, 300))) : '';
  return NAME.test(name) ? name : undefined;
}

/** Whether the next line belongs to the same field even if it is not indented: it is the value, or a parameter. */
function goesOn(line = ''): boolean {
  const text = trimRawEnd(line);
  return text.endsWith(';') || (text.indexOf(':') === text.length - 1 && fieldName(text) !== undefined);
}

/** Whether a line is certainly of the body. With two dashes, it is a boundary, or a line above a quoted message. */
export const isNoHeader = (line: Buffer): boolean => line[0] === DASH && line[1] === DASH;

/**
 * Where the header ends if the empty line after it is missing, or has a space in it: `lines` belong to the header, and
 * `body` is the first line of the body. Lines that are no fields belong to the header only if fields follow.
 *
 * @param lines all lines up to the first empty one
 */
export function headerEnd(lines: readonly Buffer[]): { lines: number; body: number } {
  const texts = lines.map((line) => line.toString('latin1', 0, 1000));
  let end = 0;
  let isField = false;
  for (const [index, text] of texts.entries()) {
    const next = texts[index + 1];
    if (isNoHeader(lines[index]!)) return { lines: end, body: end };
    if (isIndented(text)) {
      const isBlank = trimRawEnd(text) === '';
      if (isBlank && next && !isIndented(next) && !fieldName(next)) return { lines: index, body: index + 1 };
      if (isField) end = index + 1;
    } else {
      isField = fieldName(text) !== undefined || (isField && goesOn(texts[index - 1]));
      if (isField) end = index + 1;
    }
  }
  return { lines: end, body: end };
}

/** Whether a header, as a server gives it, holds lines of the body. */
export function holdsBody(header: Buffer): boolean {
  const lines = header
    .toString('latin1', 0, LONGEST_HEADER)
    .split('\n')
    .map((line) => Buffer.from(line, 'latin1'));
  while (lines.length > 0 && trimRaw(lines.at(-1)!.toString('latin1')) === '') lines.pop();
  return headerEnd(lines).body < lines.length;
}

const isIndented = (line: string): boolean => line.startsWith(' ') || line.startsWith('\t');

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
