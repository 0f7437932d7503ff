import type { JWTOptions } from 'google-auth-library';

import { MailError } from '../errors';
import { fingerprint } from '../fingerprint';
import { httpsUrl } from '../net/https-url';
import type { TlsPolicy } from '../net/tls-policy';
import { describeOAuthError } from './oauth-errors';
import { rsaPrivateKey } from './rsa-key';
import { GOOGLE } from './google-endpoints';
import { requestToken, type RequestContext } from './token-endpoint';
import type { Token, TokenSource } from './token-source';

export interface ServiceAccountSettings {
  /** The user's name for the credential; for errors. */
  credentialName: string;
  /** The service account's own address. */
  email: string;
  /** PEM, as in the key file from Google; line ends may be written as \n. */
  privateKey: string;
  /** The mailbox. */
  subject: string;
  scope: string;
  /** Google's default if absent. */
  tokenUrl?: string;
  trust?: TlsPolicy;
}

/**
 * Tokens with which a service account acts for a user of its domain (RFC 7523 section 2.1), requested with
 * google-auth-library.
 *
 * @throws {MailError} INVALID_INPUT for an unusable key or URL
 */
export function googleServiceAccount(settings: ServiceAccountSettings): TokenSource {
  const { email, subject, scope, tokenUrl = GOOGLE.tokenUrl, trust = {} } = settings;
  httpsUrl('Custom Access Token URL', tokenUrl);
  const privateKey = rsaPrivateKey('Private Key', settings.privateKey);
  const { caCertificate, ignoreCertificate, clientCertificate } = trust;
  const reachedBy = [caCertificate, ignoreCertificate, clientCertificate];
  return {
    fingerprint: fingerprint('google', email, privateKey, subject, scope, tokenUrl, reachedBy),
    fetch: async (signal) => await fetchToken({ ...settings, privateKey, tokenUrl }, { signal, trust }),
  };
}

async function fetchToken(
  {
    credentialName,
    email,
    privateKey,
    subject,
    scope,
    tokenUrl,
  }: ServiceAccountSettings & { tokenUrl: string },
  reach: RequestContext,
): Promise<Token> {
  // Loaded only when a token is needed: it takes 20 MB.
  const { JWT } = await import('google-auth-library');
  const refusal = (answer: object) => describeOAuthError(answer, credentialName, { appOnly: true });
  // Replaces gaxios, which has a different timeout, retries on its own, and connects only to Google.
  const transporter = {
    request: async ({ data }: { data: URLSearchParams }) => ({
      data: (await onceMoreIfBroken(tokenUrl, String(data), reach, refusal)).body,
    }),
  };
  const client = new JWT({
    email,
    key: privateKey,
    subject,
    scopes: [scope],
    additionalClaims: { aud: tokenUrl },
    transporter: transporter as unknown as JWTOptions['transporter'],
    // Otherwise the token would be logged if GOOGLE_SDK_NODE_LOGGING is set.
    useAuthRequestParameters: false,
  });
  const { access_token: accessToken, expiry_date: expiresAt } = await client.authorize();
  return { accessToken: accessToken!, expiresAt: expiresAt! };
}

/** A provider's internal error is often short, and requesting a token twice is safe. */
async function onceMoreIfBroken(...request: Parameters<typeof requestToken>) {
  const [url, form, reach, refusal] = request;
  let broken = false;
  const first = (answer: { status?: number }): MailError => {
    broken = (answer.status ?? 0) >= 500;
    return refusal(answer);
  };
  try {
    return await requestToken(url, form, reach, first);
  } catch (error) {
    if (!broken) throw error;
    return await requestToken(url, form, reach, refusal);
  }
}
