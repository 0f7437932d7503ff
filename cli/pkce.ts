import { createHash, randomBytes } from 'node:crypto';

/** Proves that the code is redeemed by the program that asked for it (RFC 7636). */
export interface Pkce {
  verifier: string;
  /** Method S256. */
  challenge: string;
}

export function newPkce(): Pkce {
  const verifier = randomText();
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** 256 random bits (RFC 7636 section 7.1), in characters that are safe in a URL. */
export const randomText = (): string => randomBytes(32).toString('base64url');
