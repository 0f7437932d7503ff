import type { Address } from '../model/message';
import { decodeRaw } from './charset';
import { decodeWords } from './words';

/** A dot-atom (RFC 5322 section 3.2.3), with letters beyond ASCII (RFC 6531 section 3.3). */
const DOT_ATOM = /^[\w!#$%&'*+/=?^`{|}~\-\u0080-\uffff]+(?:\.[\w!#$%&'*+/=?^`{|}~\-\u0080-\uffff]+)*$/;
/** Limits in characters. RFC 5321 section 4.5.3.1 allows 320 for an address, and no real name is longer than 4000. */
const LONGEST_ADDRESS = 1000;
const LONGEST_NAME = 4000;

/** The text between two commas. */
interface Entry {
  /** Words and quoted strings in order, without the text in angle brackets. */
  words: Word[];
  comment: string;
  /** The text in angle brackets, if there is any. */
  angle?: Word[];
}

interface Word {
  text: string;
  quoted: boolean;
  /** Whether white space precedes it. */
  apart: boolean;
}

/**
 * The mailboxes of a field (RFC 5322 sections 3.4 and 4.4) in order. Members of a group count as individual mailboxes;
 * the group's name is dropped. The field is parsed before its words are decoded (RFC 2047 section 6.2), so no display
 * name can add a recipient. Addresses are returned ready for use, with the quotes that a local part needs.
 *
 * @param raw unfolded, one character for each byte
 */
export function parseAddressList(raw: string): Address[] {
  const found: Address[] = [];
  // Part of an unquoted name with a comma: `Doe, John <john@example.com>`.
  let before = '';
  for (const { entry, end } of entries(raw)) {
    const { name, address } = toAddress(entry);
    const isRest = before !== '' && address !== '' && entry.angle !== undefined;
    if (before && !isRest) found.push({ name: before, address: '' });
    if (address) found.push({ name: isRest ? `${before}, ${name}` : name, address });
    before = !address && end === ',' ? name : '';
    if (!address && name && !before) found.push({ name, address });
  }
  if (before) found.push({ name: before, address: '' });
  return found;
}

/** One pass over the field, whatever it contains. */
function* entries(raw: string): Generator<{ entry: Entry; end: string }> {
  let entry: Entry = { words: [], comment: '' };
  let target = entry.words;
  let apart = false;
  let closedAt = 0;
  const put = (text: string, quoted: boolean) => {
    target.push({ text, quoted, apart });
    apart = false;
  };
  for (let i = 0; i < raw.length; ) {
    const letter = raw[i]!;
    if (letter === '"') {
      const { text, next } = quotedAt(raw, i);
      put(text, true);
      i = next;
    } else if (letter === '(') {
      const { text, next } = commentAt(raw, i);
      entry.comment ||= text;
      apart = true;
      i = next;
    } else if (letter === '<') {
      // A comma is missing: `Ada <ada@example.com> Bob <bob@example.com>`.
      if (entry.angle && entry.angle.length > 0) {
        yield { entry: { ...entry, words: entry.words.slice(0, closedAt) }, end: '' };
        entry = { words: entry.words.slice(closedAt), comment: '' };
      }
      target = entry.angle = [];
      i += 1;
    } else if (letter === '>') {
      target = entry.words;
      closedAt = entry.words.length;
      i += 1;
    } else if (letter === '[') {
      const close = raw.slice(i, i + 100).indexOf(']');
      const next = close < 0 ? i + 1 : i + close + 1;
      put(raw.slice(i, next), false);
      i = next;
    } else if ((letter === ',' && !isRoute(entry.angle)) || letter === ';') {
      yield { entry, end: letter };
      entry = { words: [], comment: '' };
      target = entry.words;
      i += 1;
    } else if (letter === ':' && target === entry.words && !hasAt(entry.words)) {
      // The words before it were the name of a group.
      entry = { words: [], comment: '' };
      target = entry.words;
      i += 1;
    } else if (/\s/.test(letter)) {
      apart = true;
      i += 1;
    } else {
      const next = wordEnd(raw, i);
      put(raw.slice(i, next), false);
      i = next;
    }
  }
  yield { entry, end: '' };
}

const hasAt = (words: readonly Word[]): boolean => {
  const last = words.at(-1);
  return last !== undefined && !last.quoted && last.text.includes('@');
};

/** Words. A longer route is no address. */
const LONGEST_ROUTE = 100;

/** RFC 5322 section 4.4: `<@a.example,@b.example:ada@example.com>`. */
const isRoute = (angle: readonly Word[] = []): boolean =>
  angle.length < LONGEST_ROUTE &&
  angle[0]?.text.startsWith('@') === true &&
  !angle.some(({ text }) => text === ':');

/** What cannot be in a word: a special character, white space, the start of an encoded word. */
const WORD_END = /["(<>[,;:\s]|=\?/g;

/** The end of a word. An encoded word may contain anything except a space (RFC 2047 section 5). */
function wordEnd(raw: string, start: number): number {
  const isEncoded = raw.startsWith('=?', start);
  const [encoded] =
    (isEncoded && /^=\?[^?\s]{1,60}\?[bq]\?[^?\s]{0,1000}\?=/i.exec(raw.slice(start, start + 1100))) || [];
  if (encoded) return start + encoded.length;
  WORD_END.lastIndex = start + 1;
  return WORD_END.exec(raw)?.index ?? raw.length;
}

function quotedAt(raw: string, start: number): { text: string; next: number } {
  let text = '';
  let i = start + 1;
  for (; i < raw.length && raw[i] !== '"'; i++) {
    if (raw[i] === '\\' && i + 1 < raw.length) i += 1;
    text += raw[i];
  }
  return { text, next: i + 1 };
}

/** Comments may be nested. */
function commentAt(raw: string, start: number): { text: string; next: number } {
  let depth = 0;
  let text = '';
  let i = start;
  for (; i < raw.length; i++) {
    const letter = raw[i]!;
    if (letter === '\\') text += raw[(i += 1)] ?? '';
    else if (letter === '(' && depth++ === 0) continue;
    else if (letter === ')' && --depth === 0) break;
    else text += letter;
  }
  return { text, next: i + 1 };
}

function toAddress({ words, comment, angle }: Entry): Address {
  if (angle) return { name: nameOf(words, comment), address: addressOf(angle) };
  // Without angle brackets, it is just an address, or an address with a name.
  const at = words.findIndex(({ text, quoted }) => !quoted && text.includes('@'));
  if (at < 0) return { name: nameOf(words, comment), address: '' };
  const [first, last] = addressRange(words, at);
  const rest = [...words.slice(0, first), ...words.slice(last + 1)];
  return { name: nameOf(rest, comment), address: addressOf(words.slice(first, last + 1)) };
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
  return decodeWords((written.trim() || comment).slice(0, LONGEST_NAME))
    .replace(/[\s\0]+/g, ' ')
    .trim();
}

/** RFC 5322 section 3.4.1. A route before the address (section 4.4) is obsolete and ignored. */
function addressOf(words: readonly Word[]): string {
  const size = words.reduce((sum, { text }) => sum + text.length, 0);
  if (size === 0 || size > LONGEST_ADDRESS) return '';
  // An @ inside a quoted string does not end the local part.
  let plain = '';
  for (const { text, quoted, apart } of words) {
    const gap = apart && plain !== '' && !/[@.]$/.test(plain) && !/^[@.]/.test(text);
    plain += `${gap ? ' ' : ''}${quoted ? text.replaceAll('@', '\0') : text}`;
  }
  const route = plain.startsWith('@') ? plain.indexOf(':') + 1 : 0;
  const at = plain.lastIndexOf('@');
  const decoded = (text: string) => decodeRaw(text.replaceAll('\0', '@'));
  if (at < route) return decoded(plain.slice(route));
  const localPart = decoded(plain.slice(route, at));
  const domain = decoded(plain.slice(at + 1));
  return `${DOT_ATOM.test(localPart) ? localPart : quotedLocalPart(localPart)}@${domain}`;
}

const quotedLocalPart = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
