import { createHmac } from 'node:crypto';

// OpenSSL 3, and therefore Node, no longer includes MD4.
import md4 from 'js-md4';

export interface NtlmAccount {
  user: string;
  /** Windows domain, such as EXAMPLE; empty if the user is given as an email address. */
  domain: string;
  password: string;
}

/** Makes a response valid only once. */
export interface Freshness {
  /** FILETIME: 100-nanosecond steps since 1601 (MS-DTYP section 2.3.3), little-endian, 8 bytes. */
  time: Buffer;
  /** 8 random bytes. */
  clientChallenge: Buffer;
}

/**
 * The response to a server's challenge. It proves that the client knows the password (MS-NLMP section 3.3.2).
 *
 * @param serverChallenge 8 bytes
 * @param targetInfo AV pairs, as the client sends them back
 */
export function ntlmV2Response(
  account: NtlmAccount,
  serverChallenge: Buffer,
  targetInfo: Buffer,
  { time, clientChallenge }: Freshness,
): { response: Buffer; sessionKey: Buffer } {
  const key = ntowfV2(account);
  const version = Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]);
  const blob = Buffer.concat([version, time, clientChallenge, ZERO, targetInfo, ZERO]);
  const proof = hmacMd5(key, serverChallenge, blob);
  return { response: Buffer.concat([proof, blob]), sessionKey: hmacMd5(key, proof) };
}

const ZERO = Buffer.alloc(4);

/** MS-NLMP section 3.3.2, NTOWFv2. The domain is case-sensitive, the user is not. */
function ntowfV2({ user, domain, password }: NtlmAccount): Buffer {
  const passwordHash = Buffer.from(md4.arrayBuffer(utf16(password)));
  return hmacMd5(passwordHash, utf16(upperCase(user) + domain));
}

// Windows converts each character to exactly one: ß stays ß, while JavaScript turns it into SS.
const upperCase = (text: string): string =>
  Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return upper.length === character.length ? upper : character;
  }).join('');

export const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

export function hmacMd5(key: Buffer, ...parts: Buffer[]): Buffer {
  const hmac = createHmac('md5', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}
