import { decodeBytes } from './charset';
import { withoutComments } from './comments';
import { trimRaw } from './white-space';
import { decodeWords } from './words';

/** The value of a field such as Content-Type, and its parameters by their names in lower case, decoded. */
export interface Parameterized {
  /** In lower case, without comments and white space. */
  value: string;
  parameters: Record<string, string>;
}

/** Limits for one field: the length of a parameter name, the length of a value, and the number of parameters. */
const LONGEST_VALUE = 8 * 1024;
const MOST = 1000;

/**
 * Parses a field with parameters (RFC 2045 section 5.1). Values may be split and encoded (RFC 2231), or encoded
 * incorrectly (RFC 2047).
 *
 * @param raw unfolded, one character for each byte
 */
export function parseParameters(raw: string): Parameterized {
  const { value, rest } = split(raw);
  const collected = new Map<string, Collected>();
  for (const segment of rest.slice(0, MOST)) collect(collected, segment);
  const parameters = Object.create(null) as Record<string, string>;
  for (const [name, one] of collected) parameters[name] = valueOf(one);
  return { value, parameters };
}

const IS_PARAMETER = /^[\w-]+\*?\d*\*?[\t-\r ]*=/;

const valueIn = (first: string): string =>
  withoutComments(first)
    .replace(/[\t-\r ]+/g, '')
    .toLowerCase();

/** Only the value. */
export const parseValue = (raw: string): string => split(raw).value;

function split(raw: string): { value: string; rest: string[] } {
  const [first = '', ...rest] = segments(raw);
  if (IS_PARAMETER.test(first)) return { value: '', rest: [first, ...rest] };
  const start = first.includes('=') ? parameterWithin(first) : -1;
  if (start < 0) return { value: valueIn(first), rest };
  return { value: valueIn(first.slice(0, start)).replace(/[,:]$/, ''), rest: [first.slice(start), ...rest] };
}

/** Where a parameter starts whose semicolon is missing: `text/html charset=utf-8`. */
function parameterWithin(first: string): number {
  const before = first.slice(0, Math.min(first.indexOf('='), 300));
  const start = /[\w-]+\*?\d*\*?[\t-\r ]*$/.exec(before)?.index ?? -1;
  return start > 0 && /[\t-\r ,:]/.test(before[start - 1]!) ? start : -1;
}

/** Splits at semicolons outside quotation marks. One pass, whatever the input. */
function segments(raw: string): string[] {
  const found = raw.includes('"') ? quotedSegments(raw) : raw.split(';');
  return found.map(trimRaw).filter((one, index) => index === 0 || one !== '');
}

/** What follows the quotation mark at the end of a value. */
const ENDS_VALUE = /^[\t-\r ]*(;|$)/;

function quotedSegments(raw: string): string[] {
  const found: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i < raw.length; i++) {
    const letter = raw[i];
    if (letter === '\\' && quoted) i += 1;
    // A quotation mark starts a quoted string only at the start of a value; elsewhere it is an ordinary character.
    else if (letter === '"') {
      const opens = /(;[\t-\r ]*[\w*-]{1,60})?=[\t-\r ]*$/.exec(raw.slice(Math.max(start, i - 80), i));
      // The quotation before it was never closed: `charset="utf-8; boundary="b"`.
      if (quoted && opens?.[1] && !ENDS_VALUE.test(raw.slice(i + 1, i + 20))) {
        const end = i - opens[0].length;
        found.push(raw.slice(start, end));
        start = end + 1;
      } else quoted = !quoted && opens !== null;
    } else if (letter === ';' && !quoted) {
      found.push(raw.slice(start, i));
      start = i + 1;
    }
  }
  const last = raw.slice(start);
  // An unclosed quotation ends with the parameter.
  found.push(...(quoted ? last.split(';') : [last]));
  return found;
}

/** The raw forms of a parameter: plain, with a charset, or split into pieces (RFC 2231 sections 3 and 4). */
interface Collected {
  plain?: string;
  extended?: string;
  pieces: Map<number, { text: string; encoded: boolean }>;
}

/** @param missing how many semicolons may be missing in the segment */
function collect(collected: Map<string, Collected>, segment: string, missing = 10): void {
  const equals = segment.indexOf('=');
  if (equals < 1) return;
  const written = trimRaw(withoutComments(segment.slice(0, Math.min(equals, 200)))).toLowerCase();
  const [, name = '', number, star] = /^([^*\s]{1,60})(?:\*(\d{1,4}))?(\*)?$/.exec(written) ?? [];
  if (!name) return;
  const isFileName = name === 'filename' || name === 'name';
  const isEncoded = number !== undefined || star !== undefined;
  const { text: whole, rest } = unquoted(trimRaw(segment.slice(equals + 1)), isFileName, isEncoded);
  const text = whole.slice(0, LONGEST_VALUE);
  const one: Collected = collected.get(name) ?? { pieces: new Map() };
  collected.set(name, one);
  // The first of several with the same name counts.
  if (number !== undefined) {
    if (!one.pieces.has(Number(number))) one.pieces.set(Number(number), { text, encoded: Boolean(star) });
  } else if (star) one.extended ??= text;
  else one.plain ??= text;
  // The semicolon before the next parameter is missing.
  if (rest && missing > 0) collect(collected, rest, missing - 1);
}

/**
 * The value of a parameter, and what follows it. In a quoted string, a backslash escapes a quotation mark or a backslash.
 * Elsewhere it belongs to a path.
 */
function unquoted(text: string, isFileName: boolean, isEncoded: boolean): { text: string; rest?: string } {
  if (!text.startsWith('"')) return bare(text, isFileName, isEncoded);
  let value = '';
  let i = 1;
  for (; i < text.length; i++) {
    const letter = text[i]!;
    const next = text[i + 1];
    if (letter === '"') break;
    if (letter === '\\' && (next === '"' || next === '\\')) value += text[(i += 1)]!;
    else value += letter;
  }
  const rest = trimRaw(text.slice(i + 1));
  if (rest === '' || rest.startsWith('(')) return { text: value };
  if (IS_PARAMETER.test(rest)) return { text: value, rest };
  // Quotation marks within a name that are not escaped: `"the "final" one.pdf"`.
  return { text: isFileName && rest.endsWith('"') ? text.slice(1, -1) : value };
}

/** Many programs write a name with spaces without quotation marks. No other value has any. */
function bare(text: string, isFileName: boolean, isEncoded: boolean): { text: string; rest?: string } {
  if (isFileName && !isEncoded) return { text: text.replace(/"$/, '') };
  const plain = isFileName ? text : trimRaw(withoutComments(text));
  const next = plain.includes('=') ? parameterWithin(plain) : -1;
  return next > 0 ? { text: trimRaw(plain.slice(0, next)), rest: plain.slice(next) } : { text: plain };
}

/** On one line. A value with a charset takes precedence over the plain one for old programs. */
const valueOf = (one: Collected): string => decoded(one).replace(/[\r\n\t\0]+/g, ' ');

function decoded({ plain, extended, pieces }: Collected): string {
  if (extended !== undefined) return decodeExtended(extended);
  if (pieces.size > 0) return decodePieces([...pieces].sort(([a], [b]) => a - b).map(([, piece]) => piece));
  return decodeWords(plain ?? '').trim();
}

function decodePieces(pieces: ReadonlyArray<{ text: string; encoded: boolean }>): string {
  const whole = pieces
    .map(({ text }) => text)
    .join('')
    .slice(0, LONGEST_VALUE);
  // An encoded word that was split over the pieces is joined first.
  if (!pieces.some(({ encoded }) => encoded)) return decodeWords(whole).trim();
  const [first, ...rest] = pieces;
  const { charset, text } = first!.encoded ? charsetOf(first!.text) : { charset: '', text: first!.text };
  const parts = [{ text, encoded: first!.encoded }, ...rest];
  const bytes = parts.map((one) =>
    one.encoded ? percentDecoded(one.text) : Buffer.from(one.text, 'latin1'),
  );
  return decodeBytes(Buffer.concat(bytes), charset);
}

function decodeExtended(raw: string): string {
  if (raw.startsWith('=?')) return decodeWords(raw).trim();
  const { charset, text } = charsetOf(raw);
  return decodeBytes(percentDecoded(text), charset);
}

/** `utf-8'de'text`: charset and language may be empty or, against the standard, missing. */
function charsetOf(raw: string): { charset: string; text: string } {
  const [, charset, text] =
    /^([^'%]{0,60})'[^'%]{0,60}'([^]*)$/.exec(raw) ?? /^(utf-?8|iso-[\d-]{4,20})'([^']*)$/i.exec(raw) ?? [];
  return text === undefined || (!charset && !text)
    ? { charset: '', text: raw }
    : { charset: charset ?? '', text };
}

const percentDecoded = (text: string): Buffer =>
  Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  );
