import { decodeTransfer, encodingName, TransferDecoder } from './transfer-decoder';

/** How many bytes of a multipart to check before deciding whether it is encoded. */
const ENOUGH = 64 * 1024;

/** Whether a multipart is labelled as encoded, which RFC 2045 section 6.4 forbids. */
export const saysEncoded = (encoding: string | undefined): boolean =>
  ['base64', 'quoted-printable'].includes(encodingName(encoding ?? ''));

/**
 * Reads a multipart that is labelled as encoded. Some gateways really encode it, and some programs only set the label.
 * If the boundary is readable, it is not encoded.
 */
export class MultipartDecoder {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private decoder?: TransferDecoder;

  /** @param out receives the decoded multipart */
  constructor(
    private readonly boundary: string,
    private readonly encoding: string,
    private readonly out: (chunk: Buffer) => void,
  ) {}

  push(chunk: Buffer): void {
    if (this.decoder) return this.out(this.decoder.push(chunk));
    this.held.push(Buffer.from(chunk));
    this.heldBytes += chunk.length;
    if (this.heldBytes >= ENOUGH) this.decide();
  }

  end(): void {
    this.decide();
    this.out(this.decoder?.end() ?? Buffer.alloc(0));
  }

  private decide(): void {
    if (this.decoder) return;
    // Always checks the same bytes, regardless of the chunks.
    const held = Buffer.concat(this.held);
    const start = held.subarray(0, ENOUGH);
    const isEncoded = !this.isIn(start) && this.isIn(decodeTransfer(start, this.encoding));
    this.held = [];
    this.decoder = new TransferDecoder(isEncoded ? this.encoding : '');
    this.out(this.decoder.push(held));
  }

  private isIn(bytes: Buffer): boolean {
    const line = Buffer.from(`--${this.boundary}`, 'latin1');
    return (
      bytes.subarray(0, line.length).equals(line) || bytes.includes(Buffer.concat([Buffer.from('\n'), line]))
    );
  }
}
