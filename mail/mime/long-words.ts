import { invalidInput } from '../errors';

/** RFC 5322 section 2.1.1 allows 998 characters per line. The rest is room for the field name. */
export const MAX_WORD = 900;

export const longestWord = (text: string): number =>
  text.split(/\s/).reduce((longest, { length }) => Math.max(longest, length), 0);

/** Bytes of text per encoded word. RFC 2047 section 2: an encoded word has at most 75 characters. */
const BYTES_IN_WORD = 45;

/**
 * Makes a text foldable. If a word is longer than a line, the text is written as encoded words, which decode to the
 * same text (RFC 2047 section 6.2).
 */
export const foldable = (text: string): string => (longestWord(text) > MAX_WORD ? encodedWords(text) : text);

function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const letter of text) {
    if (Buffer.byteLength(word + letter) > BYTES_IN_WORD) {
      words.push(word);
      word = '';
    }
    word += letter;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join(' ');
}

/** @throws {MailError} INVALID_INPUT for text that does not fit into a header line */
export function assertFolds(field: string, text: string): void {
  if (longestWord(text) <= MAX_WORD) return;
  throw invalidInput(
    field,
    `it has more than ${MAX_WORD} characters without a space`,
    'Shorten it: mail servers take no longer lines.',
  );
}
