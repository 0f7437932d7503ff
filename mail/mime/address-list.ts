import type { Address } from '../model/message';
import { bareAddresses, hasAt, toAddress, type Entry, type Word } from './mailbox';
import { isSpace } from './white-space';

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
    // A comment alone is no mailbox.
    if (entry.words.length === 0 && !entry.angle && entry.comment) continue;
    const bare = bareAddresses(entry);
    if (bare.length > 1) {
      if (before) found.push({ name: before, address: '' });
      found.push(...bare);
      before = '';
      continue;
    }
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
  let isPaired = true;
  const put = (text: string, quoted: boolean) => {
    target.push({ text, quoted, apart });
    apart = false;
  };
  for (let i = 0; i < raw.length; ) {
    const letter = raw[i]!;
    if (letter === '"' && isPaired) {
      const { text, next, isClosed } = quotedAt(raw, i);
      // A quotation mark without a second one begins nothing, because what follows may be an address.
      isPaired = isClosed;
      if (isClosed) put(text, true);
      i = isClosed ? next : i + 1;
    } else if (letter === '"') {
      i += 1;
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
      const next = i + (LITERAL.exec(raw.slice(i, i + 100))?.[0].length ?? 1);
      put(raw.slice(i, next), false);
      i = next;
    } else if ((letter === ',' && !(target === entry.angle && isRoute(target))) || letter === ';') {
      yield { entry, end: letter };
      entry = { words: [], comment: '' };
      target = entry.words;
      i += 1;
    } else if (letter === ':' && target === entry.words && !endsInAddress(entry.words)) {
      // The words before it were the name of a group.
      entry = { words: [], comment: '' };
      target = entry.words;
      i += 1;
    } else if (isSpace(letter.charCodeAt(0))) {
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

const endsInAddress = (words: readonly Word[]): boolean => {
  const last = words.at(-1);
  return last !== undefined && hasAt(last);
};

/** Words. A longer route is no address. */
const LONGEST_ROUTE = 100;

/** RFC 5322 section 4.4: `<@a.example,@b.example:ada@example.com>`. */
const isRoute = (angle: readonly Word[]): boolean =>
  angle.length < LONGEST_ROUTE &&
  angle[0]?.text.startsWith('@') === true &&
  !angle.some(({ text }) => text.startsWith(':'));

/** RFC 5322 section 3.4.1: `[127.0.0.1]`. Some programs write an address between the brackets, or a whole mailbox. */
const LITERAL = /^\[[^[\]<>"]*\]/;

/** What cannot be in a word: a special character, white space, the start of an encoded word. */
const WORD_END = /["(<>[,;:\t-\r ]|=\?/g;

/** The end of a word. An encoded word may contain anything except a space (RFC 2047 section 5). */
function wordEnd(raw: string, start: number): number {
  const isEncoded = raw.startsWith('=?', start);
  const [encoded] =
    (isEncoded &&
      /^=\?[^?\t-\r ]{0,60}\?[bq]\?[^?\t-\r ]{0,1000}\?=/i.exec(raw.slice(start, start + 1100))) ||
    [];
  if (encoded) return start + encoded.length;
  WORD_END.lastIndex = start + 1;
  return WORD_END.exec(raw)?.index ?? raw.length;
}

function quotedAt(raw: string, start: number): { text: string; next: number; isClosed: boolean } {
  let text = '';
  let i = start + 1;
  for (; i < raw.length && raw[i] !== '"'; i++) {
    if (raw[i] === '\\' && i + 1 < raw.length) i += 1;
    text += raw[i];
  }
  return { text, next: i + 1, isClosed: i < raw.length };
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
