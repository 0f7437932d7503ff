import { describe, expect, it } from 'vitest';

import { Base64Decoder } from '../../../mail/mime/base64';
import { random } from '../random';

/*
 * Most base64 is decoded many lines at once. Bytes that come one by one never are, so the two ways can be compared.
 */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Lines of usual and of unusual lengths, shorter and longer than what is looked at together. */
const WIDTHS = [76, 72, 64, 77, 75, 3, 1, 2, 4, 1000, 1001, 5000, 40_000];

type Choose = (most: number) => number;
function from(seed: number): Choose {
  const next = random(seed);
  return (most) => Math.floor(next() * most);
}

const letters = (choose: Choose, length: number): string =>
  Array.from({ length }, () => LETTERS[choose(64)]).join('');

/** What damages a line, now and then. */
const DAMAGE: ReadonlyArray<(line: string) => string> = [
  (line) => `${line} `,
  (line) => `${line.slice(0, 5)} ${line.slice(5)}`,
  (line) => `-${line.slice(1)}`,
  (line) => `${line.slice(1)}_`,
  (line) => `${line.slice(0, 9)}=`,
  (line) => `${line}\r`,
  (line) => `${line.slice(0, 4)}\xe9${line.slice(4)}`,
  () => '',
  (line) => line.slice(0, 7),
];

/** What follows the lines. */
const ENDS: ReadonlyArray<(end: string, choose: Choose) => string> = [
  (end, choose) => letters(choose, choose(70)) + '='.repeat(choose(4)) + end,
  (end) => end,
  (end) => `-- ${end}A footer of a list${end}`,
  (end) => `${'_'.repeat(40)}${end}two words${end}`,
  (end) => `Word${end}`,
  () => '',
  (_, choose) => letters(choose, choose(76)),
];

function encoded(seed: number): Buffer {
  const choose = from(seed * 1_000_003);
  const pieces: string[] = [];
  for (let piece = 0; piece <= choose(5); piece++) {
    const width = WIDTHS[choose(WIDTHS.length)]!;
    const end = ['\r\n', '\n', '\r\r\n'][choose(3)]!;
    for (let line = choose(width > 900 ? 4 : 400); line > 0; line--) {
      const damage = choose(300) === 0 ? DAMAGE[choose(DAMAGE.length)] : undefined;
      const text = letters(choose, width);
      pieces.push((damage?.(text) ?? text) + end);
    }
    pieces.push(ENDS[choose(ENDS.length)]!(end, choose));
  }
  return Buffer.from(pieces.join(''), 'latin1');
}

function decode(bytes: Buffer, size: number): string {
  const decoder = new Base64Decoder();
  const decoded: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) decoded.push(decoder.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...decoded, decoder.end()]).toString('latin1');
}

describe('many lines of base64 at once', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('give what single bytes give: %i', (seed) => {
    const bytes = encoded(seed);
    const expected = decode(bytes, 1);
    for (const size of [bytes.length, 64 * 1024, 16 * 1024 + 1, 1400, 129, 100]) {
      expect(decode(bytes, size) === expected, `${bytes.length} bytes in pieces of ${size}`).toBe(true);
    }
  });

  it.each([76, 77, 1, 3, 100_000, 200_000])('give the file, in lines of %i', (width) => {
    const choose = from(width);
    const file = Buffer.from(Array.from({ length: 100_000 }, () => choose(256)));
    const all = file.toString('base64');
    const lines = Array.from({ length: Math.ceil(all.length / width) }, (_, i) =>
      all.slice(i * width, (i + 1) * width),
    ).join('\r\n');
    expect(decode(Buffer.from(lines), 64 * 1024) === file.toString('latin1')).toBe(true);
  });

  it.each(['-', '_', ' ', '=', '\xe9', '\n\n'])('tell a footer after them from data: %j', (mark) => {
    const line = 'QUJD'.repeat(19);
    const text = `${`${line}\r\n`.repeat(500)}QUJD\r\n\r\n${mark}List${mark}footer\r\n${`${line}\r\n`.repeat(500)}`;
    const bytes = Buffer.from(text, 'latin1');
    expect(decode(bytes, bytes.length) === decode(bytes, 1)).toBe(true);
  });
});
