import { invalidInput } from './errors';

const PROTOCOL_BREAKING = /[\r\n\0]/;

/** Half of a surrogate pair, which is no character: UTF-8 cannot express it (RFC 3629 section 3). */
const HALF = /\p{Surrogate}/u;

/**
 * Rejects half a character in a text from a user or an expression, as cutting a text in the middle of an emoji leaves
 * one. It would arrive as another text than the one that was entered.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function assertWholeCharacters(field: string, text: string): string {
  if (HALF.test(text)) {
    throw invalidInput(
      field,
      'it contains half of a character, such as one half of an emoji',
      'An expression may have cut the text in the middle of a character: let it cut elsewhere.',
    );
  }
  return text;
}

/** A server's text with a replacement character for each half of a character. */
export const wholeCharacters = (text: string): string =>
  HALF.test(text) ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text;

/**
 * Rejects CR, LF and NUL in a text for a protocol line or a header. They could end the line and start another command
 * (RFC 9051 section 4.3).
 *
 * @throws {MailError} INVALID_INPUT, also for half a character
 */
export function assertSingleLine(field: string, text: string): string {
  if (PROTOCOL_BREAKING.test(text)) {
    throw invalidInput(
      field,
      'it contains a line break or a NUL character',
      'Remove the line break or NUL character.',
    );
  }
  return assertWholeCharacters(field, text);
}

/**
 * A file name from a mail is only the sender's suggestion. Makes it safe: not a path, and without control and reserved
 * characters.
 */
export function safeFileName(name: string | undefined, fallback: string): string {
  // A path's folders stay in the name, so that two different paths give two different names.
  const flat = bounded(name ?? '')
    .split(/[/\\]/)
    .filter((segment) => !/^(\s*\.*\s*|[A-Za-z]:)$/.test(segment))
    .join('_');
  const cleaned = flat.replace(NOT_SHOWN, '').replace(/[<>:"|?*]/g, '');
  return notReserved(trimmed(shorten(trimmed(cleaned)))) || fallback;
}

/** Limits the work for a very long name: only its beginning and end are kept. */
const bounded = (name: string): string =>
  name.length > 1000 ? name.slice(0, 700) + name.slice(name.length - 300) : name;

/**
 * Invisible characters can disguise a name: control and format characters, blanks that count as letters, unpaired
 * surrogates.
 */
const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const trimmed = (name: string): string => name.replace(/^[.\s]+/, '').replace(/[.\s]+$/, '');

/**
 * Windows device names, with any text after the first dot
 * (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
 */
const DEVICE = /^(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|CLOCK\$|(COM|LPT)[\d\u00b9\u00b2\u00b3])\s*(\.|$)/i;

const notReserved = (name: string): string => (DEVICE.test(name) ? `_${name}` : name);

/** File systems allow 255 bytes. The rest is left for additions to the name. */
const MAX_BYTES = 200;
const EXTENSION = /\.[^.]{1,15}$/;

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const [extension = ''] = EXTENSION.exec(name) ?? [];
  let stem = '';
  for (const character of name.slice(0, name.length - extension.length)) {
    if (Buffer.byteLength(stem + character + extension) > MAX_BYTES) break;
    stem += character;
  }
  return stem + extension;
}

/** A time for people to read. */
export function seconds(milliseconds: number): string {
  const whole = Math.max(1, Math.round(milliseconds / 1000));
  return whole === 1 ? '1 second' : `${whole} seconds`;
}
