import { withoutComments } from './comments';
import { Base64Decoder } from './base64';
import { QuotedPrintableDecoder } from './quoted-printable';

interface Decoder {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

/**
 * The name of an encoding (RFC 2045 section 6.1) in lower case, without comments. An unknown encoding means no
 * decoding.
 */
export const encodingName = (encoding: string): string =>
  withoutComments(encoding.slice(0, 200))
    .replace(/["';\s]/g, '')
    .toLowerCase();

/** Decodes the bytes of a body part as they arrive (RFC 2045 section 6). The result does not depend on the chunks. */
export class TransferDecoder implements Decoder {
  private readonly decoder: Decoder | undefined;

  constructor(encoding = '') {
    const name = encodingName(encoding);
    if (name === 'base64') this.decoder = new Base64Decoder();
    else if (name === 'quoted-printable') this.decoder = new QuotedPrintableDecoder();
  }

  push(chunk: Buffer): Buffer {
    return this.decoder ? this.decoder.push(chunk) : Buffer.from(chunk);
  }

  end(): Buffer {
    return this.decoder?.end() ?? Buffer.alloc(0);
  }
}

/** Decodes all bytes at once. */
export function decodeTransfer(stored: Buffer, encoding?: string): Buffer {
  const decoder = new TransferDecoder(encoding);
  const bytes = decoder.push(stored);
  const rest = decoder.end();
  return rest.length > 0 ? Buffer.concat([bytes, rest]) : bytes;
}
