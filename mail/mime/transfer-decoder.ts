import { decodeTransfer } from './decode-transfer';

/** Decodes a body part as it comes; see `decodeTransfer`. */
export class TransferDecoder {
  private held: Buffer = Buffer.alloc(0);
  private readonly encoding: string;

  constructor(encoding = '') {
    this.encoding = encoding.trim().toLowerCase();
  }

  push(chunk: Buffer): Buffer {
    if (!['base64', 'quoted-printable'].includes(this.encoding)) return Buffer.from(chunk);
    const all = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    const end = this.encoding === 'base64' ? wholeQuanta(all) : wholeLines(all);
    this.held = Buffer.from(all.subarray(end));
    return decodeTransfer(all.subarray(0, end), this.encoding);
  }

  end(): Buffer {
    const rest = this.held;
    this.held = Buffer.alloc(0);
    return decodeTransfer(rest, this.encoding);
  }
}

const isBase64 = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2b ||
  byte === 0x2f;

/** Where a number of characters ends that can be divided by four, so that no byte is torn apart. */
function wholeQuanta(bytes: Buffer): number {
  let count = 0;
  let end = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    // Padding ends a quantum, whatever came before.
    if (byte === 0x3d) count = 0;
    else if (isBase64(byte)) count += 1;
    else continue;
    if (count % 4 === 0) end = i + 1;
  }
  return end;
}

/** Soft line breaks and the spaces before line ends show only when the next line has begun. */
const wholeLines = (bytes: Buffer): number => bytes.lastIndexOf(0x0a) + 1;
