import { withoutComments } from './comments';
import { Base64Decoder } from './base64';
import { QuotedPrintableDecoder } from './quoted-printable';
import { UuDecoder } from './uuencode';

interface Decoder {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
}

/** Names that programs write in several ways, without hyphens. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ...['base64', 'xbase64'].map((name) => [name, 'base64'] as const),
  ['quotedprintable', 'quoted-printable'],
  ...['uuencode', 'xuuencode', 'uue', 'xuue'].map((name) => [name, 'x-uuencode'] as const),
]);

/**
 * The name of an encoding (RFC 2045 section 6.1) in lower case, without comments and parameters. An unknown encoding
 * means no decoding.
 */
export function encodingName(encoding: string): string {
  const plain = withoutComments(encoding.slice(0, 200))
    .toLowerCase()
    .replace(/["'\s]/g, '');
  const [name = ''] = plain.split(/[;,]/, 1);
  return KNOWN.get(name.replace(/[-_]/g, '')) ?? name;
}

/** Decodes the bytes of a body part as they arrive (RFC 2045 section 6). The result does not depend on the chunks. */
export class TransferDecoder implements Decoder {
  private readonly decoder: Decoder | undefined;

  constructor(encoding = '') {
    const name = encodingName(encoding);
    if (name === 'base64') this.decoder = new Base64Decoder();
    else if (name === 'quoted-printable') this.decoder = new QuotedPrintableDecoder();
    else if (name === 'x-uuencode') this.decoder = new UuDecoder();
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
