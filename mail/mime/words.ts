import { decodeBytes, decodeRaw } from './charset';

/** A piece of a header: bytes in one charset. */
interface Run {
  charset: string;
  /** Whether it is an encoded word. The space between two encoded words is dropped. */
  encoded: boolean;
  pieces: Buffer[];
  /** Base64 that ends in the middle of a group of four letters and continues in the next word. */
  open: string;
}

/**
 * Decodes the encoded words (RFC 2047) and the non-ASCII bytes of a header text. Tolerates the errors of real mail:
 * words with spaces inside, joined to text or to each other, split within a character, without padding, with a language
 * (RFC 2231 section 5).
 *
 * @param raw unfolded, one character for each byte
 */
export function decodeWords(raw: string): string {
  if (!raw.includes('=?')) return decodeRaw(raw);
  return runsOf(raw)
    .map(({ pieces, charset }) => decodeBytes(Buffer.concat(pieces), charset))
    .join('');
}

function runsOf(raw: string): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (let start = raw.indexOf('=?'); start >= 0; ) {
    const word = wordAt(raw, start);
    if (!word) {
      start = raw.indexOf('=?', start + 2);
      continue;
    }
    const between = raw.slice(at, start);
    // The space between encoded words is ignored (RFC 2047 section 6.2).
    if (between && !(runs.at(-1)?.encoded && /^[ \t]+$/.test(between))) runs.push(plain(between));
    append(runs, word);
    at = word.end;
    start = raw.indexOf('=?', at);
  }
  if (at < raw.length) runs.push(plain(raw.slice(at)));
  return runs;
}

const plain = (text: string): Run => ({
  charset: '',
  encoded: false,
  pieces: [Buffer.from(text, 'latin1')],
  open: '',
});

/** No charset has a longer name. Some programs leave it out. */
const HEAD = /^=\?([^?\t-\r ]{0,60})\?([bq])\?/i;

interface Word {
  charset: string;
  base64: boolean;
  text: string;
  end: number;
}

function wordAt(raw: string, start: number): Word | undefined {
  const head = HEAD.exec(raw.slice(start, start + 70));
  if (!head) return undefined;
  const [{ length }, charset = '', encoding = ''] = head;
  const from = start + length;
  // A word without an end extends to the next word, or to the end of the field.
  for (let mark = raw.indexOf('?', from); mark >= 0; mark = raw.indexOf('?', mark + 1)) {
    const isEnd = raw[mark + 1] === '=';
    const isNext = !isEnd && mark > from && HEAD.test(raw.slice(mark - 1, mark + 69));
    if (!isEnd && !isNext) continue;
    const end = isEnd ? mark : mark - 1;
    return { charset, base64: /b/i.test(encoding), text: raw.slice(from, end), end: isEnd ? mark + 2 : end };
  }
  return { charset, base64: /b/i.test(encoding), text: raw.slice(from), end: raw.length };
}

/** Adjacent words with the same charset are joined before decoding, because a character may be split between them. */
function append(runs: Run[], { charset, base64, text }: Word): void {
  let last = runs.at(-1);
  if (!last?.encoded || last.charset.toLowerCase() !== charset.toLowerCase()) {
    last = { charset, encoded: true, pieces: [], open: '' };
    runs.push(last);
  }
  if (base64) {
    const letters = last.open + text.replace(/[^A-Za-z0-9+/=]/g, '');
    if (last.open) last.pieces.pop();
    last.pieces.push(Buffer.concat(letters.split(/=+/).map((piece) => Buffer.from(piece, 'base64'))));
    // Of a long run, only the end is kept.
    last.open = isOpen(letters) ? letters.slice(-(letters.length % 4)) : '';
    if (last.open) {
      const whole = letters.slice(0, letters.length - last.open.length);
      last.pieces.pop();
      last.pieces.push(Buffer.from(whole, 'base64'), Buffer.from(last.open, 'base64'));
    }
  } else {
    last.pieces.push(quoted(text));
    last.open = '';
  }
}

/**
 * Whether the base64 is incomplete: the bits after the last whole byte are not just zero padding (RFC 4648 section
 * 3.5).
 */
function isOpen(letters: string): boolean {
  const rest = letters.length % 4;
  if (rest === 0 || letters.includes('=')) return false;
  const tail = letters.slice(-rest);
  return rest === 1 || Buffer.from(tail, 'base64').toString('base64').replace(/=+$/, '') !== tail;
}

const quoted = (text: string): Buffer =>
  Buffer.from(
    text
      .replaceAll('_', ' ')
      .replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    'latin1',
  );
