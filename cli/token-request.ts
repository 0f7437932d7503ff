import { MailError } from '../mail/errors';
import { httpRequest } from '../mail/net/https-request';
import type { TlsPolicy } from '../mail/net/tls-policy';
import { jsonObject } from '../mail/json';
import { refusedSignIn } from './refused';

/** An authorization code, with all that redeeming it needs (RFC 6749 section 4.1.3, RFC 7636 section 4.5). */
export interface CodeGrant {
  /** The name of the sign-in, for errors. */
  name: string;
  clientId: string;
  clientSecret: string | undefined;
  code: string;
  codeVerifier: string;
  redirectUri: string;
}

/** The answer of a token endpoint (RFC 6749 section 5.1), with the provider's additional fields. */
export interface TokenAnswer {
  access_token: string;
  refresh_token: string;
  /** From OpenID Connect; names the account. */
  id_token?: string;
  /** Separated by spaces; if missing, the requested scope was granted. */
  scope?: string;
  /** Seconds. */
  expires_in?: number;
  [name: string]: unknown;
}

/**
 * Redeems the code with a single request and no library: MSAL does not give out the refresh token, and
 * google-auth-library repeats the request, although a code works only once. n8n stores the provider's answer
 * unchanged.
 *
 * @throws {MailError} TOKEN_REFUSED, TOKEN_UNAVAILABLE
 */
export async function redeemCode(
  tokenUrl: string,
  { name, clientId, clientSecret, code, codeVerifier, redirectUri }: CodeGrant,
  trust: TlsPolicy,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    ...(clientSecret && { client_secret: clientSecret }),
    code,
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const { status, body } = await httpRequest(tokenUrl, {
    method: 'POST',
    headers,
    body: form.toString(),
    signal,
    trust,
  });
  const answer = jsonObject(body);
  if (status !== 200 || typeof answer.access_token !== 'string') {
    const { error, error_description: description } = answer;
    throw refusedSignIn(
      { error: text(error), error_description: text(description), status },
      { name, clientSecret },
    );
  }
  if (typeof answer.refresh_token !== 'string') throw noRefreshToken();
  return answer as TokenAnswer;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const noRefreshToken = (): MailError =>
  new MailError(
    'TOKEN_REFUSED',
    'The provider sent no refresh token, so the credential would work for only an hour',
    'Add offline_access to the scope, and allow it for the application.',
  );
