import { randomInt } from 'node:crypto';

import type { TokenAnswer } from './token-request';

/** What `n8n import:credentials` reads a list of. n8n encrypts `data`. */
export interface ExportedCredential {
  id: string;
  name: string;
  type: string;
  data: Record<string, unknown>;
}

export interface CredentialContent {
  /** That of the credential whose place it takes. */
  id: string | undefined;
  name: string;
  type: string;
  /** Fields of the credential type; those without a value here have their default. */
  data: Record<string, string | number>;
  /** Address of the account that signed in. */
  account: string | undefined;
  token: TokenAnswer;
}

export const exportedCredential = ({
  id,
  name,
  type,
  data,
  account,
  token,
}: CredentialContent): ExportedCredential => ({
  id: id ?? newId(),
  name,
  type,
  data: { ...data, ...(account && { accountIdentifier: account }), oauthTokenData: tokenData(token) },
});

/** As n8n keeps a token itself, with the time of its end (its oauth2-credential.controller.ts). */
function tokenData(token: TokenAnswer): object {
  const life = Number(token.expires_in);
  return life > 0 ? { ...token, n8n_expires_at: String(Date.now() + life * 1000) } : token;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** As n8n makes them. */
const newId = (): string => Array.from({ length: 16 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
