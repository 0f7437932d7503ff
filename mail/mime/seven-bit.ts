import { isAscii } from 'node:buffer';

import iconv from 'iconv-lite';

import { decodeTable } from './decode-table';

/*
 * Seven-bit charsets with several bytes per character. They use the same tables as the related eight-bit charsets
 * (EUC), switched on and off by escape sequences. So the bytes are decoded as EUC after the eighth bit is set. Node's
 * own decoders lack the rows that Japanese programs use every day.
 */

const ESC = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;

/** The mode that an escape sequence selects (RFC 1468, 1554, 1557, 1922, 2237), by the bytes after ESC. */
const SEQUENCES: ReadonlyArray<[sequence: string, mode: Mode]> = [
  ['(B', 'ascii'],
  ['(J', 'ascii'],
  ['(H', 'ascii'],
  ['(I', 'katakana'],
  ['$(D', 'supplement'],
  ['$(B', 'japanese'],
  ['$(@', 'japanese'],
  ['$B', 'japanese'],
  ['$@', 'japanese'],
  ['$(C', 'korean'],
  ['$)C', 'korean-shifted'],
  ['$A', 'chinese'],
  ['$)A', 'chinese-shifted'],
  ['$)E', 'chinese-shifted'],
];

type Mode =
  | 'ascii'
  | 'katakana'
  | 'supplement'
  | 'japanese'
  | 'korean'
  | 'korean-shifted'
  | 'chinese'
  | 'chinese-shifted';

/** Whether the bytes contain an unmistakable escape sequence, so that no label is needed. */
export const looksLikeIso2022 = (bytes: Buffer): boolean =>
  bytes.includes(ESC) &&
  ['\x1b$B', '\x1b$@', '\x1b$(C', '\x1b$)C'].some((sequence) => bytes.includes(sequence));

/**
 * ISO-2022-JP, -JP-1, -JP-2, -KR and -CN.
 *
 * @param eightBit tables for what is not seven-bit, although the label says so
 */
export function decodeIso2022(bytes: Buffer, eightBit: readonly string[] = []): string {
  // The same for the whole text, because trying each for every piece would take long.
  const table = isAscii(bytes) ? undefined : eightBit.find((one) => decodeTable(bytes, one) !== undefined);
  let text = '';
  let mode: Mode = 'ascii';
  let shifted: Mode = 'korean';
  let start = 0;
  const flush = (end: number) => (text += decodeRun(bytes.subarray(start, end), mode, table));
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === SHIFT_OUT || byte === SHIFT_IN) {
      flush(i);
      mode = byte === SHIFT_OUT ? shifted : 'ascii';
      start = i + 1;
    } else if (byte === ESC) {
      const [sequence, next] = SEQUENCES.find(([one]) => stands(bytes, i + 1, one)) ?? [];
      if (!sequence || !next) continue;
      flush(i);
      if (next.endsWith('-shifted')) shifted = next.replace('-shifted', '') as Mode;
      else mode = next;
      i += sequence.length;
      start = i + 1;
    } else if (byte === 0x0a && mode !== 'ascii') {
      // If a line does not switch back to ASCII, the next line starts in ASCII anyway (RFC 1468).
      flush(i);
      mode = 'ascii';
      start = i;
    }
  }
  flush(bytes.length);
  return text;
}

function stands(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

function decodeRun(run: Buffer, mode: Mode, table: string | undefined): string {
  if (run.length === 0) return '';
  switch (mode) {
    case 'ascii':
      return table && !isAscii(run) ? iconv.decode(run, table) : run.toString('latin1');
    case 'katakana':
      return iconv.decode(prefixed(run, 0x8e, 1), 'eucjp');
    case 'supplement':
      return iconv.decode(prefixed(run, 0x8f, 2), 'eucjp');
    case 'japanese':
      return iconv.decode(withEighthBit(run), 'eucjp');
    case 'korean':
    case 'korean-shifted':
      return iconv.decode(withEighthBit(run), 'euckr');
    default:
      return iconv.decode(withEighthBit(run), 'gb18030');
  }
}

const withEighthBit = (run: Buffer): Buffer =>
  Buffer.from(run.map((byte) => (byte > 0x20 ? byte | 0x80 : byte)));

/** Adds the byte before each character that selects its table in EUC. */
function prefixed(run: Buffer, prefix: number, size: number): Buffer {
  const letters: number[] = [];
  for (let i = 0; i < run.length; i += size) {
    letters.push(prefix, ...run.subarray(i, i + size).map((byte) => byte | 0x80));
  }
  return Buffer.from(letters);
}

/** HZ (RFC 1843): GB 2312 between `~{` and `~}`. */
export const decodeHz = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/~\r?\n/g, '')
    .split('~{')
    .map((piece, index) => {
      if (index === 0) return piece.replaceAll('~~', '~');
      const end = piece.indexOf('~}');
      const letters = end < 0 ? piece : piece.slice(0, end);
      const rest = end < 0 ? '' : piece.slice(end + 2);
      return (
        iconv.decode(withEighthBit(Buffer.from(letters, 'latin1')), 'gb18030') + rest.replaceAll('~~', '~')
      );
    })
    .join('');
