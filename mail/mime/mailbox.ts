import type { Address } from '../model/message';
import { decodeRaw } from './charset';
import { trimRaw } from './white-space';
import { decodeWords } from './words';

/** A dot-atom (RFC 5322 section 3.2.3), with letters beyond ASCII (RFC 6531 section 3.3). */
const DOT_ATOM = /^[\w!#$%&'*+/=?^`{|}~\-\u0080-\uffff]+(?:\.[\w!#$%&'*+/=?^`{|}~\-\u0080-\uffff]+)*$/;
/** Limits in characters. RFC 5321 section 4.5.3.1 allows 320 for an address, and no real name is longer than 4000. */
const LONGEST_ADDRESS = 1000;
const LONGEST_NAME = 4000;

/** The text between two commas of a list of addresses. */
export interface Entry {
  /** Words and quoted strings in order, without the text in angle brackets. */
  words: Word[];
  comment: string;
  /** The text in angle brackets, if there is any. */
  angle?: Word[];
}

export interface Word {
  text: string;
  quoted: boolean;
  /** Whether white space precedes it. */
  apart: boolean;
}

export function toAddress({ words, comment, angle }: Entry): Address {
  if (angle) return { name: nameOf(words, comment), address: addressOf(angle) };
  // Without angle brackets, it is just an address, or an address with a name.
  const at = words.findIndex(hasAt);
  if (at < 0) return { name: nameOf(words, comment), address: '' };
  const [first, last] = addressRange(words, at);
  const rest = [...words.slice(0, first), ...words.slice(last + 1)];
  const address = addressOf(words.slice(first, last + 1));
  return { name: nameOf(rest, address && comment), address };
}

/** Whether the word may be the address, or a part of it. */
export const hasAt = ({ text, quoted }: Word): boolean => !quoted && text.includes('@');

/** The addresses of an entry that consists of addresses only: commas are missing. */
export function bareAddresses({ words, angle }: Entry): Address[] {
  const found: Address[] = [];
  if (angle) return found;
  for (let at = 0; at < words.length; ) {
    let next = at;
    while (next < words.length && !hasAt(words[next]!)) next += 1;
    if (next === words.length) return [];
    const [first, last] = addressRange(words, next);
    const address = first === at ? addressOf(words.slice(first, last + 1)) : '';
    if (!address) return [];
    found.push({ name: '', address });
    at = last + 1;
  }
  return found;
}

/** The words of the address: those next to the @ without a space in between, or only the @ itself. */
function addressRange(words: readonly Word[], at: number): [first: number, last: number] {
  let first = at;
  let last = at;
  const touches = (word: Word, before: Word) =>
    !word.apart || /^[@.]/.test(word.text) || (!before.quoted && /[@.]$/.test(before.text));
  while (first > 0 && touches(words[first]!, words[first - 1]!)) first -= 1;
  while (last + 1 < words.length && touches(words[last + 1]!, words[last]!)) last += 1;
  return [first, last];
}

function nameOf(words: readonly Word[], comment: string): string {
  const written = words.map(({ text, apart }, index) => (apart && index > 0 ? ` ${text}` : text)).join('');
  return decodeWords((trimRaw(written) || comment).slice(0, LONGEST_NAME))
    .replace(/[\s\0]+/g, ' ')
    .trim();
}

/**
 * RFC 5322 section 3.4.1. Ignored before the address: an obsolete route (section 4.4), and the name of a group or of a
 * scheme, as in `<Undisclosed-Recipient:;>` and `<mailto:ada@example.com>`. Empty if there is no local part.
 */
function addressOf(words: readonly Word[]): string {
  const size = words.reduce((sum, { text }) => sum + text.length, 0);
  if (size === 0 || size > LONGEST_ADDRESS) return '';
  // An @ inside a quoted string does not end the local part.
  let plain = '';
  for (const { text, quoted, apart } of words) {
    const gap = apart && plain !== '' && !/[@.]$/.test(plain) && !/^[@.]/.test(text);
    const written = text.replaceAll('\0', '');
    plain += `${gap ? ' ' : ''}${quoted ? written.replaceAll('@', '\0') : written}`;
  }
  plain = withoutBrackets(plain);
  const at = plain.lastIndexOf('@');
  const start = addressStart(words, plain, at);
  const decoded = (text: string) => decodeRaw(text.replaceAll('\0', '@'));
  if (at < start) return encodedAddress(decoded(plain.slice(start)));
  const localPart = decoded(plain.slice(start, at));
  // The dot of DNS at its end is none of mail (RFC 5321 section 2.3.5).
  const domain = decoded(plain.slice(at + 1)).replace(/\.$/, '');
  if (!localPart && !words.some(({ quoted }) => quoted)) return '';
  return `${DOT_ATOM.test(localPart) ? localPart : quotedLocalPart(localPart)}@${domain}`;
}

/** Where the address begins behind a route, or behind a colon, which only a quoted local part may contain. */
function addressStart(words: readonly Word[], plain: string, at: number): number {
  if (plain.startsWith('@')) return plain.indexOf(':') + 1;
  if (words.some(({ text, quoted }) => quoted && text.includes(':'))) return 0;
  const colon = plain.lastIndexOf(':', at < 0 ? plain.length : at) + 1;
  return at >= 0 || colon === plain.length ? colon : 0;
}

/** Some programs write `Ada [ada@example.com]`, and Outlook `'ada@example.com'`. */
const withoutBrackets = (plain: string): string =>
  /^(?:\[[^[\]@]+@[^[\]]+\]|'[^'@]+@[^']+')$/.test(plain) ? plain.slice(1, -1) : plain;

/** RFC 2047 section 5 forbids encoded words in an address. They may only hide one address. */
function encodedAddress(text: string): string {
  if (!text.startsWith('=?')) return text;
  const address = decodeWords(text);
  return /^[^\s\p{Cc}<>,;:"()[\]@]+@[^\s\p{Cc}<>,;:"()[\]@]+$/u.test(address) ? address : text;
}

const quotedLocalPart = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
