const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** How much text may precede the data. */
const MOST_BEFORE = 64 * 1024;
/** A line holds up to 63 bytes, in groups of three, and everything after them is ignored. */
const MOST_OF_LINE = 66;
const LONGEST_LINE = 1000;
/** How many bytes of all lines together may be made of lost spaces: otherwise a small message gives a very large file. */
const MOST_LOST = 1024 * 1024;

const BEGIN = /^begin [0-7]{3,4} /;

/**
 * Decodes uuencode as it arrives (POSIX, uuencode; never part of MIME, but old programs name it as the encoding of a
 * part). Data without its first line stays as it is.
 */
export class UuDecoder {
  /** The start of a line that is not complete. */
  private open: Buffer = Buffer.alloc(0);
  /** What has arrived before the data, in case there is none. */
  private before: Buffer[] = [];
  private beforeBytes = 0;
  private mode: 'before' | 'data' | 'after' | 'raw' = 'before';
  private lost = 0;

  push(chunk: Buffer): Buffer {
    if (this.mode === 'raw') return Buffer.from(chunk);
    if (this.mode === 'before') {
      this.before.push(Buffer.from(chunk));
      this.beforeBytes += chunk.length;
    }
    const bytes = this.open.length > 0 ? Buffer.concat([this.open, chunk]) : chunk;
    let out: Buffer = Buffer.allocUnsafe(bytes.length + MOST_OF_LINE);
    let length = 0;
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      if (out.length - length < MOST_OF_LINE) out = Buffer.concat([out, Buffer.allocUnsafe(out.length)]);
      length += this.readLine(bytes.subarray(start, end), out.subarray(length));
      start = end + 1;
    }
    this.open = Buffer.from(bytes.subarray(start, start + LONGEST_LINE));
    if (this.mode === 'before' && this.beforeBytes > MOST_BEFORE) return this.giveUp();
    return out.subarray(0, length);
  }

  end(): Buffer {
    const out = Buffer.alloc(MOST_OF_LINE);
    const length = this.readLine(this.open, out);
    return this.mode === 'before' ? this.giveUp() : out.subarray(0, length);
  }

  private giveUp(): Buffer {
    this.mode = 'raw';
    return Buffer.concat(this.before.splice(0));
  }

  /** Writes the bytes of a line, and returns how many there are. */
  private readLine(line: Buffer, out: Buffer): number {
    const text = line.at(-1) === CR ? line.subarray(0, -1) : line;
    if (this.mode === 'data') {
      const most = bytesIn(text) + MOST_LOST - this.lost;
      const size = Math.min(decodeLine(text, out), most);
      this.lost += Math.max(0, size - bytesIn(text));
      if (size === 0 && text.length > 0) this.mode = 'after';
      return size;
    }
    if (this.mode === 'before' && BEGIN.test(text.toString('latin1', 0, 20))) {
      this.mode = 'data';
      this.before = [];
    }
    return 0;
  }
}

/** How many bytes the letters of a line give, without lost spaces. */
const bytesIn = ({ length }: Buffer): number => Math.ceil(Math.max(0, length - 1) / 4) * 3;

/** The first character is the number of bytes. Spaces at the end of the line may have been lost in transport. */
function decodeLine(line: Buffer, out: Buffer): number {
  const bits = (at: number): number => ((line[at] ?? SPACE) - SPACE) & 0x3f;
  const size = bits(0);
  for (let from = 1, to = 0; to < size; from += 4, to += 3) {
    const group = (bits(from) << 18) | (bits(from + 1) << 12) | (bits(from + 2) << 6) | bits(from + 3);
    out[to] = group >> 16;
    out[to + 1] = (group >> 8) & 0xff;
    out[to + 2] = group & 0xff;
  }
  return size;
}
