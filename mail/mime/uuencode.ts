const LF = 0x0a;
const CR = 0x0d;

/** How much text may precede the data. */
const MOST_BEFORE = 64 * 1024;
/** A line holds up to 63 bytes. */
const LONGEST_LINE = 1000;

const BEGIN = /^begin [0-7]{3,4} /;

/**
 * Decodes uuencode as it arrives (POSIX, uuencode; never part of MIME, but old programs name it as the encoding of a
 * part). Data without its first line stays as it is.
 */
export class UuDecoder {
  private line: number[] = [];
  private before: Buffer[] = [];
  private beforeBytes = 0;
  private mode: 'before' | 'data' | 'after' | 'raw' = 'before';

  push(chunk: Buffer): Buffer {
    const decoded: Buffer[] = [];
    if (this.mode === 'before') {
      this.before.push(Buffer.from(chunk));
      this.beforeBytes += chunk.length;
    } else if (this.mode === 'raw') return Buffer.from(chunk);
    for (const byte of chunk) {
      if (byte === LF) decoded.push(this.endLine());
      else if (this.line.length < LONGEST_LINE) this.line.push(byte);
    }
    if (this.mode !== 'before') this.before = [];
    else if (this.beforeBytes > MOST_BEFORE) return this.giveUp();
    return Buffer.concat(decoded);
  }

  end(): Buffer {
    const last = this.endLine();
    return this.mode === 'before' ? this.giveUp() : last;
  }

  private giveUp(): Buffer {
    this.mode = 'raw';
    return Buffer.concat(this.before.splice(0));
  }

  private endLine(): Buffer {
    const { line } = this;
    this.line = [];
    if (line.at(-1) === CR) line.pop();
    if (this.mode === 'before' && BEGIN.test(String.fromCharCode(...line.slice(0, 20)))) this.mode = 'data';
    else if (this.mode === 'data') {
      const bytes = decodeLine(line);
      if (bytes.length === 0 && line.length > 0) this.mode = 'after';
      return bytes;
    }
    return Buffer.alloc(0);
  }
}

/** The first character is the number of bytes. Spaces at the end may have been lost in transport. */
function decodeLine([first = 0x20, ...letters]: number[]): Buffer {
  const size = sixBits(first);
  const bytes = Buffer.alloc(Math.ceil(size / 3) * 3);
  for (let i = 0; i < bytes.length / 3; i++) {
    const at = (offset: number) => sixBits(letters[i * 4 + offset] ?? 0x20);
    const [a, b, c, d] = [at(0), at(1), at(2), at(3)];
    bytes[i * 3] = (a << 2) | (b >> 4);
    bytes[i * 3 + 1] = ((b & 0xf) << 4) | (c >> 2);
    bytes[i * 3 + 2] = ((c & 0x3) << 6) | d;
  }
  return bytes.subarray(0, size);
}

const sixBits = (letter: number): number => (letter - 0x20) & 0x3f;
