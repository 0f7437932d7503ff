import { createHash, randomBytes } from 'node:crypto';

/** Proof that who redeems the code is who asked for it (RFC 7636). */
export interface Pkce {
  verifier: string;
  /** Method S256. */
  challenge: string;
}

export function newPkce(): Pkce {
  const verifier = randomText();
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** 256 random bits, as RFC 7636 section 7.1 has it, in characters that a URL can hold. */
export const randomText = (): string => randomBytes(32).toString('base64url');
