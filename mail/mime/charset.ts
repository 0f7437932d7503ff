import { isAscii, isUtf8 } from 'node:buffer';

import iconv from 'iconv-lite';

import { wholeCharacters } from '../text';
import { charsetOf, type Charset } from './charset-label';
import { decodeTable } from './decode-table';
import { decodeHz, decodeIso2022, looksLikeIso2022 } from './seven-bit';

/**
 * Decodes bytes to text: the same policy for bodies, headers and names, over every protocol. In this order: a byte
 * order mark (RFC 2781 section 3.2), UTF-8 if the bytes are valid, the label, Windows-1252. If nothing fits, no byte is
 * lost.
 *
 * @param label the charset that the message names, in any spelling; unknown labels are ignored
 */
export function decodeBytes(bytes: Buffer, label = ''): string {
  const marked = decodeMarked(bytes);
  if (marked !== undefined) return marked;
  const charset = charsetOf(label);
  if (isAscii(bytes)) return decodeSevenBit(bytes, charset);
  if (charset?.kind === 'utf-16' && (bytes.includes(0) || !isUtf8(bytes))) return decodeUtf16(bytes, label);
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8');
    // Chinese, Japanese or Korean text has characters above U+07FF. If UTF-8 gives none, the bytes are valid UTF-8 only
    // by chance.
    const chance = charset?.kind === 'table' && charset.asian && !/[\u0800-\uffff]/.test(text);
    if (!chance) return text;
  }
  if (charset?.kind === 'table') {
    const text = decodeTable(bytes, charset.name);
    if (text !== undefined) return text;
  }
  if (charset?.kind === 'iso-2022') return decodeIso2022(bytes, charset.eightBit);
  return decodeMixed(bytes);
}

const PRINTABLE = /^[\x20-\x7e]*$/;

/** The same for a text with one character for each byte, as headers are read. Most of them are ASCII. */
export const decodeRaw = (raw: string): string =>
  PRINTABLE.test(raw) ? raw : decodeBytes(Buffer.from(raw, 'latin1'));

function decodeMarked(bytes: Buffer): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return decodeMixed(bytes.subarray(3));
  if (first === 0xff && second === 0xfe) return littleEndian(bytes.subarray(2));
  if (first === 0xfe && second === 0xff) return bigEndian(bytes.subarray(2));
  return undefined;
}

/** ASCII bytes are the same in nearly all charsets, except in those that encode other characters as ASCII. */
function decodeSevenBit(bytes: Buffer, charset: Charset | undefined): string {
  if (charset?.kind === 'utf-7') return wholeCharacters(iconv.decode(bytes, 'utf-7'));
  if (charset?.kind === 'hz') return decodeHz(bytes);
  if (charset?.kind === 'utf-16' && bytes.includes(0)) return decodeUtf16(bytes, 'utf-16');
  if (charset?.kind === 'iso-2022' || looksLikeIso2022(bytes)) return decodeIso2022(bytes);
  return bytes.toString('latin1');
}

/**
 * Without a byte order mark, the standard says big-endian (RFC 2781 section 4.3), but most programs write
 * little-endian.
 */
function decodeUtf16(bytes: Buffer, label: string): string {
  if (/be\s*$/i.test(label)) return bigEndian(bytes);
  if (/le\s*$/i.test(label)) return littleEndian(bytes);
  let evenZeros = 0;
  let oddZeros = 0;
  for (let i = 0; i + 1 < Math.min(bytes.length, 4096); i += 2) {
    if (bytes[i] === 0) evenZeros += 1;
    if (bytes[i + 1] === 0) oddZeros += 1;
  }
  return oddZeros > evenZeros ? littleEndian(bytes) : bigEndian(bytes);
}

const littleEndian = (bytes: Buffer): string => wholeCharacters(bytes.toString('utf16le'));

const bigEndian = (bytes: Buffer): string =>
  littleEndian(Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16());

/**
 * The characters of Windows-1252 in place of Latin-1's control characters. The five undefined ones remain control
 * characters.
 */
const FROM_80 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** Node 20's own decoder decodes some of these bytes incorrectly. */
const decodeWindows1252 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/[\x80-\x9f]/g, (letter) => FROM_80[letter.charCodeAt(0) - 0x80]!);

/**
 * Decodes valid UTF-8 as such, and every other byte as Windows-1252. So a text that was cut, or pasted together from
 * two charsets, keeps both parts.
 */
function decodeMixed(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const pieces: string[] = [];
  let valid = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceAt(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    let end = at + 1;
    while (end < bytes.length && bytes[end]! >= 0x80 && sequenceAt(bytes, end) === 0) end += 1;
    pieces.push(bytes.toString('utf8', valid, at), decodeWindows1252(bytes.subarray(at, end)));
    [valid, at] = [end, end];
  }
  pieces.push(bytes.toString('utf8', valid));
  return pieces.join('');
}

/** The length of the UTF-8 sequence at this position; 0 if it is not valid (RFC 3629 section 4). */
function sequenceAt(bytes: Buffer, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  return isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
