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
  const texts = header.toString('latin1', 0, LONGEST_HEADER).split('\n');
  for (const { text, name, isMore } of linesOf(texts)) {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (name !== undefined) fields.push({ name, lines: [line.slice(line.indexOf(':') + 1)] });
    // A continuation line is appended with one space (RFC 5322 section 2.2.3).
    else if (isMore) fields.at(-1)?.lines.push(` ${line.replace(/^[ \t]+/, '')}`);
  }
  return inUtf8(
    fields.map(({ name, lines }) => ({ name, value: trimRaw(lines.join('').slice(0, LONGEST_FIELD)) })),
  );
}

interface Line {
  text: string;
  /** Of the field that begins in this line. */
  name?: string;
  /** Whether it continues the field of the line before. */
  isMore: boolean;
}

/** What each line of a header is, from the first on: the one place that decides it. */
function* linesOf(texts: readonly string[]): Generator<Line> {
  let isField = false;
  let last = '';
  for (const text of texts) {
    const name = isIndented(text) ? undefined : fieldName(text);
    // It is indented (RFC 5322 section 2.2.3), or it is a value or a parameter that should be.
    const isMore: boolean = isField && name === undefined && (isIndented(text) || goesOn(last));
    isField = name !== undefined || isMore;
    last = text;
    yield { text, name, isMore };
  }
}

/** The name of the field that starts with this line. */
function fieldName(line: string): string | undefined {
  const colon = line.indexOf(':');
  const name = colon > 0 ? trimRawEnd(line.slice(0, Math.min(colon, 300))) : '';
  return NAME.test(name) ? name : undefined;
}

/** Whether the next line belongs to the same field even if it is not indented: it is the value, or a parameter. */
function goesOn(line: string): boolean {
  const text = trimRawEnd(line);
  return text.endsWith(';') || (text.indexOf(':') === text.length - 1 && fieldName(text) !== undefined);
}

/** Whether a line is certainly of the body. With two dashes, it is a boundary, or a line above a quoted message. */
export const isNoHeader = (line: Buffer): boolean => isOfBody(line.toString('latin1', 0, 2));

const isOfBody = (line: string): boolean => line.startsWith('--');

interface HeaderEnd {
  lines: number;
  body: number;
}

/**
 * Where the header ends if the empty line after it is missing, or has a space in it: `lines` belong to the header, and
 * `body` is the first line of the body. Lines that are no fields belong to the header only if fields follow.
 *
 * @param lines all lines up to the first empty one
 */
export const headerEnd = (lines: readonly Buffer[]): HeaderEnd =>
  endOf(lines.map((line) => line.toString('latin1')));

function endOf(texts: readonly string[]): HeaderEnd {
  let end = 0;
  let index = 0;
  for (const { text, name, isMore } of linesOf(texts)) {
    if (isOfBody(text)) break;
    const next = texts[index + 1];
    const endsHere = isBlank(text) && next && !isIndented(next) && fieldName(next) === undefined;
    if (endsHere) return { lines: index, body: index + 1 };
    index++;
    if (name !== undefined || isMore) end = index;
  }
  return { lines: end, body: end };
}

const isBlank = (line: string): boolean => isIndented(line) && trimRawEnd(line) === '';

/** Whether a header, as a server gives it, holds lines of the body. */
export function holdsBody(header: Buffer): boolean {
  const lines = header.toString('latin1', 0, LONGEST_HEADER).split('\n');
  while (lines.length > 0 && trimRaw(lines.at(-1)!) === '') lines.pop();
  return endOf(lines).body < lines.length;
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
