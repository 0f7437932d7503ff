import { jsonObject } from '../json';

/**
 * The address of the account that has signed in. The ID token comes directly from the provider over TLS
 * (OpenID Connect Core section 3.1.3.7). It only stands in for a field, and whether the token opens that mailbox is for the
 * mail server to say.
 */
export function accountOf(idToken: string | undefined): string | undefined {
  const claims = claimsOf(idToken);
  // Microsoft's name for the account first, because its mail servers use that name.
  return [claims.preferred_username, claims.email, claims.upn].find(isAddress);
}

/**
 * Who has signed in, by what stays the same when the token is refreshed or the account gets another address (OpenID Connect
 * Core sections 2 and 12.2). Not for people to read. Without the issuer, which Google writes in two ways.
 */
export function subjectOf(idToken: string | undefined): string | undefined {
  const { sub } = claimsOf(idToken);
  return typeof sub === 'string' && sub ? sub : undefined;
}

function claimsOf(idToken = ''): Record<string, unknown> {
  const [, payload = ''] = idToken.split('.', 2);
  return jsonObject(Buffer.from(payload, 'base64url').toString('utf8'));
}

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= 254 &&
  /^[^\s@\p{Cc}\p{Cf}]+@[^\s@\p{Cc}\p{Cf}]+$/u.test(value);
