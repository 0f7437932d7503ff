/** Complete lines that consist of letters of base64 only, decoded. */
export interface DecodedLines {
  bytes: Buffer;
  /** Letters at the end that do not make a group of four. */
  open: string;
  /** Length of the text that was decoded, up to and including its last line end. */
  length: number;
  /** In letters: the longest line, and the last one. */
  longest: number;
  last: number;
  /** Whether all lines are complete groups of four. */
  aligned: boolean;
}

/**
 * Decodes the complete lines at the start of a text, if every character in them is a letter of base64, and there is no
 * blank line. Node decodes them all at once: it skips other characters, so the number of bytes shows whether there were
 * any.
 *
 * @param before letters that are not yet decoded
 * @param onLine how many letters of the first line were read before
 * @param text one character for each byte
 */
export function decodeLines(before: string, onLine: number, text: string): DecodedLines | undefined {
  // The usual reason why it fails. Found first, because it is the quickest to find.
  const lines = text.includes(' ') ? undefined : measure(onLine, text);
  if (!lines) return undefined;
  const { length, ...found } = lines;
  const letters = before.length + found.letters;
  const open = letters % 4;
  const bytes = decodeLetters(before + text.slice(0, length), letters);
  // The longest possible end: three lines of one letter each.
  const end = open > 0 && `${before}${text.slice(0, length).slice(-9)}`.replace(/[\r\n]+/g, '').slice(-open);
  return bytes && { ...found, length, bytes, open: end || '' };
}

/**
 * Decodes a text that consists of this many letters of base64, and line ends; undefined if it contains anything else.
 * Letters at the end that do not make a group of four are left out.
 */
export function decodeLetters(text: string, letters: number): Buffer | undefined {
  // Node also takes these two, for + and / (RFC 4648 section 5).
  if (text.includes('-') || text.includes('_')) return undefined;
  const open = letters % 4;
  const bytes = Buffer.from(open > 0 ? text + 'AAAA'.slice(open) : text, 'base64');
  if (bytes.length !== Math.ceil(letters / 4) * 3) return undefined;
  return open > 0 ? bytes.subarray(0, -3) : bytes;
}

/** The lines up to the first padding or blank line, if there is a complete one. */
function measure(onLine: number, text: string) {
  const padding = text.indexOf('=');
  const limit = padding < 0 ? text.length : padding;
  const lines = { length: 0, letters: 0, longest: 0, last: 0, aligned: true };
  let known = onLine;
  for (let end = text.indexOf('\n'); end >= 0 && end < limit; end = text.indexOf('\n', end + 1)) {
    const own = end - lines.length - (text.charCodeAt(end - 1) === CR && end > lines.length ? 1 : 0);
    const line = known + own;
    if (line === 0) break;
    lines.letters += own;
    lines.longest = Math.max(lines.longest, line);
    lines.last = line;
    lines.aligned &&= line % 4 === 0;
    lines.length = end + 1;
    known = 0;
  }
  return lines.length > 0 ? lines : undefined;
}

const CR = 0x0d;
