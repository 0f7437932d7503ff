const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const EQUALS = 0x3d;

/**
 * Maximum length of a line in transport (RFC 5321 section 4.5.3.1.6). A longer run of white space was never at the end
 * of a line.
 */
const MOST_SPACES = 998;

/**
 * Decodes quoted-printable (RFC 2045 section 6.7). Invalid encodings stay as they are. White space at the end of a line
 * is removed, because it may have been added in transport.
 */
export class QuotedPrintableDecoder {
  /** White space, or a = and what follows it, whose meaning depends on the next bytes. */
  private held: number[] = [];

  push(chunk: Buffer): Buffer {
    // Decoding never adds bytes, but the held bytes are output too.
    const out = Buffer.allocUnsafe(chunk.length + this.held.length);
    let length = 0;
    const put = (byte: number) => (out[length++] = byte);
    const release = () => {
      this.held.forEach(put);
      this.held = [];
    };
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!;
      const { held } = this;
      if (held[0] === EQUALS) {
        if (byte === LF) {
          // A soft line break, possibly preceded by white space.
          this.held = [];
          continue;
        }
        const high = held.length === 2 ? hexDigit(held[1]!) : -1;
        const low = hexDigit(byte);
        if (held.length === 1 && low >= 0) {
          held.push(byte);
          continue;
        }
        if (high >= 0 && low >= 0) {
          put(high * 16 + low);
          this.held = [];
          continue;
        }
        const last = held.at(-1)!;
        const mayBreak = (held.length === 1 || isSpace(last)) && (isSpace(byte) || byte === CR);
        if (mayBreak && held.length < MOST_SPACES) {
          held.push(byte);
          continue;
        }
        release();
      } else if (held.length > 0) {
        if (isSpace(byte) || byte === CR) {
          if (held.length < MOST_SPACES && held.at(-1) !== CR) {
            held.push(byte);
            continue;
          }
          release();
        } else if (byte === LF) {
          if (held.at(-1) === CR) put(CR);
          put(LF);
          this.held = [];
          continue;
        } else release();
      }
      const next = chunk[i + 1];
      if (byte === EQUALS) {
        const high = hexDigit(next);
        const low = hexDigit(chunk[i + 2]);
        if (high < 0 || low < 0) this.held = [byte];
        else {
          put(high * 16 + low);
          i += 2;
        }
      } else if (byte === CR || (isSpace(byte) && !isOrdinary(next))) this.held = [byte];
      else put(byte);
    }
    return out.subarray(0, length);
  }

  end(): Buffer {
    const { held } = this;
    this.held = [];
    // A final = is a soft line break, and final white space was at the end of a line.
    if (held[0] === EQUALS)
      return Buffer.from(held.length > 1 && !isSpace(held[1]!) && held[1] !== CR ? held : []);
    return Buffer.from(held.filter((byte) => byte === CR));
  }
}

const isSpace = (byte: number): boolean => byte === SPACE || byte === TAB;

/** Neither the end of what is known, nor white space or a line end. */
const isOrdinary = (byte: number | undefined): boolean =>
  byte !== undefined && !isSpace(byte) && byte !== CR && byte !== LF;

/** -1 if it is none. */
function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & ~0x20;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}
