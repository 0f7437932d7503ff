/**
 * The forms in which a secret can lie in a file: as it is, in hexadecimal, and in base64 wherever in
 * the encoded text it starts (SASL PLAIN puts a user name before it). Three bytes make four base64
 * characters, so there are three ways to start, and only the characters in the middle are its own.
 */
export function needlesOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
  return [secret, bytes.toString('hex'), ...base64];
}
