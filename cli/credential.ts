import { randomInt } from 'node:crypto';

import type { TokenAnswer } from './token-request';

/** An entry of the list that `n8n import:credentials` reads. n8n encrypts `data`. */
export interface ExportedCredential {
  id: string;
  name: string;
  type: string;
  data: Record<string, unknown>;
}

export interface CredentialContent {
  /** The id of the credential to replace. */
  id: string | undefined;
  name: string;
  type: string;
  /** Fields of the credential type. The others keep their defaults. */
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

/** A token in n8n's own format, with its expiry time (see n8n's oauth2-credential.controller.ts). */
function tokenData(token: TokenAnswer): object {
  const life = Number(token.expires_in);
  return life > 0 ? { ...token, n8n_expires_at: String(Date.now() + life * 1000) } : token;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Generated in the same way as by n8n. */
const newId = (): string => Array.from({ length: 16 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
