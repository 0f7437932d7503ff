import { decodeLetters, decodeLines } from './base64-lines';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const PAD = 0x3d;

/** The bytes that are letters of base64 (RFC 2045 section 6.8). */
const IS_LETTER = new Uint8Array(256);
for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
  IS_LETTER[letter.charCodeAt(0)] = 1;
}

/** Lines up to this length are examined as a whole before they count as data, because they may be a footer. */
const LONGEST_LINE = 1000;
/** How many bytes to look at together. */
const BLOCK = 16 * 1024;
/** Fewer are not worth it. */
const SMALLEST_BLOCK = 128;
/** From this length on, a line is data and not a word of a footer. */
const LONGEST_WORD = 20;
/** No footer has more lines of one word. */
const MOST_WORDS = 100;

/** The current line. */
interface Line {
  bytes: number;
  letters: number;
  /** Characters other than letters, padding and white space. */
  foreign: number;
  /** White space followed by other characters. */
  gaps: number;
  space: boolean;
}

const newLine = (): Line => ({ bytes: 0, letters: 0, foreign: 0, gaps: 0, space: false });

/**
 * Decodes base64 as it arrives: lines of any length, with foreign characters, and several encodings one after another.
 * The data ends if padding, a blank line or a short line is followed by a line that is not base64, such as the footer
 * of a mailing list or virus scanner.
 */
export class Base64Decoder {
  /** Bytes not yet decoded: letters and padding. Those of the current line start at `lineStart`. */
  private held: Buffer = Buffer.allocUnsafe(1024);
  private length = 0;
  private lineStart = 0;
  private line = newLine();
  /** Whether the last character was padding. */
  private endsPadded = false;
  /** The longest line so far. */
  private longest = 0;
  private aligned = true;
  private padded = false;
  /** Whether the last line was blank, or shorter than the others. */
  private blank = false;
  private short = false;
  private ended = false;
  /** Lines of letters after a blank line, from `start` on: data or the words of a footer. The lines after them tell. */
  private doubt?: { start: number; lines: number };

  push(chunk: Buffer): Buffer {
    const decoded: Buffer[] = [];
    for (let at = 0; at < chunk.length && !this.ended; ) {
      const block = chunk.subarray(at, at + BLOCK);
      const together = this.readTogether(block, decoded);
      // What cannot be read together must be looked at byte by byte; an incomplete line belongs to the next block.
      if (together === 0 || at + block.length === chunk.length) {
        this.reserve(block.length);
        for (let i = together; i < block.length && !this.ended; i++) this.read(block[i]!);
        at += block.length;
      } else at += together;
    }
    decoded.push(this.decodeData());
    return joined(decoded);
  }

  end(): Buffer {
    if (!this.ended) this.endLine();
    if (this.doubt) this.length = this.doubt.start;
    return this.decode(this.length, true);
  }

  /**
   * Reads the start of a block at once, if it holds letters and line ends only and cannot be a footer.
   *
   * @returns how many bytes were read
   */
  private readTogether(block: Buffer, decoded: Buffer[]): number {
    const { line } = this;
    const isOdd = this.doubt || this.padded || this.blank || line.foreign > 0 || line.gaps > 0 || line.space;
    if (isOdd || block.length < SMALLEST_BLOCK) return 0;
    decoded.push(this.decodeData());
    const text = block.toString('latin1');
    if (!text.includes('\n')) return this.readLetters(block, text);
    const before = this.held.toString('latin1', 0, this.length);
    const lines = before.includes('=') ? undefined : decodeLines(before, line.letters, text);
    if (!lines) return 0;
    decoded.push(lines.bytes);
    this.length = this.lineStart = this.held.write(lines.open, 'latin1');
    this.longest = Math.max(this.longest, lines.longest);
    this.short = lines.last < this.longest;
    this.aligned &&= lines.aligned;
    this.endsPadded = false;
    this.line = newLine();
    return lines.length;
  }

  /** A part of a long line. */
  private readLetters(block: Buffer, text: string): number {
    if (!decodeLetters(text, text.length)) return 0;
    this.reserve(block.length);
    block.copy(this.held, this.length);
    this.length += block.length;
    this.line.bytes += block.length;
    this.line.letters += block.length;
    this.endsPadded = false;
    return block.length;
  }

  /** A line this long is data, whatever it contains. */
  private get isLong(): boolean {
    return this.line.bytes > LONGEST_LINE;
  }

  private read(byte: number): void {
    const { line } = this;
    if (byte === LF) return this.endLine();
    if (byte === CR) return;
    line.bytes += 1;
    if (byte === SPACE || byte === TAB) {
      line.space = true;
      return;
    }
    if (line.space && line.letters + line.foreign > 0) line.gaps += 1;
    line.space = false;
    if (IS_LETTER[byte] === 1 || byte === PAD) {
      this.held[this.length++] = byte;
      this.endsPadded = byte === PAD;
      line.letters += 1;
    } else line.foreign += 1;
  }

  private endLine(): void {
    const { line } = this;
    if (line.letters + line.foreign === 0) {
      if (this.longest > 0) this.blank = true;
    } else if (this.isFooter()) {
      this.ended = true;
      this.length = this.doubt?.start ?? this.lineStart;
      this.doubt = undefined;
    } else {
      this.judge();
      this.longest = Math.max(this.longest, line.letters);
      this.short = line.letters < this.longest;
      this.aligned &&= line.letters % 4 === 0;
      this.padded = this.endsPadded;
      this.blank = false;
    }
    this.lineStart = this.length;
    this.line = newLine();
  }

  private isFooter(): boolean {
    const { letters, foreign, gaps } = this.line;
    if (this.longest === 0 || this.isLong) return false;
    const odd = foreign + gaps > 0;
    // Signs rather than letters, such as HTML.
    if (foreign > 2 && foreign * 3 > letters) return true;
    if (this.padded) return odd || this.blank || letters % 4 !== 0 || letters < LONGEST_WORD;
    if (this.blank || this.doubt) return odd;
    // One or two damaged letters are possible. A line of words or dashes is not damaged data.
    return this.short && (letters === 0 || gaps > 0 || foreign > 2);
  }

  /** Whether the current line, which is no footer by itself, may be one together with those that follow. */
  private judge(): void {
    const { letters } = this.line;
    const isData = letters >= LONGEST_WORD || this.endsPadded || (this.doubt?.lines ?? 0) >= MOST_WORDS;
    if (this.doubt && !isData) this.doubt.lines += 1;
    else if (this.blank && !isData && this.aligned && letters % 4 !== 0 && this.longest > 0)
      this.doubt = { start: this.lineStart, lines: 1 };
    else this.doubt = undefined;
  }

  /** Makes room for what one chunk can add. */
  private reserve(bytes: number): void {
    if (this.length + bytes <= this.held.length) return;
    const larger = Buffer.allocUnsafe((this.length + bytes) * 2);
    this.held.copy(larger, 0, 0, this.length);
    this.held = larger;
  }

  private decodeData(): Buffer {
    if (this.isLong) this.doubt = undefined;
    return this.decode(this.doubt?.start ?? (this.isLong ? this.length : this.lineStart), false);
  }

  /** Decodes complete groups of four letters; at the end, everything. */
  private decode(upTo: number, final: boolean): Buffer {
    if (upTo === 0) return NOTHING;
    const pieces = this.held.toString('latin1', 0, upTo).split(/=+/);
    const open = final ? 0 : pieces.at(-1)!.length % 4;
    const decoded = pieces.map((piece, index) => {
      const whole = index === pieces.length - 1 ? piece.slice(0, piece.length - open) : piece;
      return Buffer.from(whole, 'base64');
    });
    this.held.copyWithin(0, upTo - open, this.length);
    this.length -= upTo - open;
    this.lineStart = Math.max(0, this.lineStart - (upTo - open));
    if (this.doubt) this.doubt.start = Math.max(0, this.doubt.start - (upTo - open));
    return joined(decoded);
  }
}

const NOTHING = Buffer.alloc(0);

function joined(pieces: readonly Buffer[]): Buffer {
  const filled = pieces.filter(({ length }) => length > 0);
  return filled.length === 1 ? filled[0]! : Buffer.concat(filled);
}
