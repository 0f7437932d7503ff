/**
 * The bytes that a body part was made of (RFC 2045 section 6). What breaks the rules is read as other mail
 * programs read it; an encoding that nobody knows is left as it is.
 */
export function decodeTransfer(stored: Buffer, encoding = ''): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return decodeBase64(stored);
    case 'quoted-printable':
      return decodeQuotedPrintable(stored);
    default:
      return stored;
  }
}

/** Lines of any length, with other characters in them, and several encodings put behind one another. */
function decodeBase64(stored: Buffer): Buffer {
  const pieces = stored
    .toString('latin1')
    .replace(/[^A-Za-z0-9+/=]/g, '')
    .split(/=+/);
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
}

const LINE_END = /[ \t]+(?=\r?\n|$)/g;
const SOFT_BREAK = /=\r?\n/g;

function decodeQuotedPrintable(stored: Buffer): Buffer {
  const text = stored.toString('latin1').replace(LINE_END, '').replace(SOFT_BREAK, '').replace(/=$/, '');
  const decoded = text.replace(/=([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Buffer.from(decoded, 'latin1');
}
