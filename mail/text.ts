import { invalidInput } from './errors';

const PROTOCOL_BREAKING = /[\r\n\0]/;

/**
 * Refuses CR, LF and NUL in a text that reaches a protocol line or a header, where they could end the line
 * and start another command (RFC 9051 section 4.3).
 */
export function assertSingleLine(field: string, text: string): string {
  if (PROTOCOL_BREAKING.test(text)) {
    throw invalidInput(
      field,
      'it contains a line break or a NUL character',
      'Remove the line break or NUL character.',
    );
  }
  return text;
}

/** A file name from a mail is only a hint of its sender's: it is no path, and control and reserved characters go. */
export function safeFileName(name: string | undefined, fallback: string): string {
  // Of a path its folders stay, so that two names that differ in them stay two.
  const flat = bounded(name ?? '')
    .split(/[/\\]/)
    .filter((segment) => !/^(\s*\.*\s*|[A-Za-z]:)$/.test(segment))
    .join('_');
  const cleaned = flat
    // eslint-disable-next-line no-control-regex -- control and bidi-override characters disguise extensions
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"|?*]/g, '')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return shorten(cleaned) || fallback;
}

/** Whoever reads a name must not be kept busy by it: of one that is too long its beginning and its end count. */
const bounded = (name: string): string =>
  name.length > 1000 ? name.slice(0, 700) + name.slice(name.length - 300) : name;

/** File systems take 255 bytes; whoever saves the file may want to add to its name. */
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
