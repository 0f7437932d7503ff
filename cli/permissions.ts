import { MailError } from '../mail/errors';

/** Permissions to sign in and to stay signed in. They give no access to mail. */
const IDENTITY_SCOPES = ['openid', 'email', 'profile', 'offline_access'];

/**
 * The permissions that were requested and not granted: at Google, a user can untick one.
 *
 * @param asked separated by spaces
 * @param granted the same; if absent, all that was requested was granted (RFC 6749 section 5.1)
 * @throws {MailError} TOKEN_REFUSED if no access to mail was granted
 */
export function missingPermissions(asked: string, granted: string | undefined): string[] {
  if (granted === undefined) return [];
  const given = new Set(list(granted));
  const wanted = list(asked).filter((scope) => !IDENTITY_SCOPES.includes(scope));
  const missing = wanted.filter((scope) => !given.has(scope));
  if (wanted.length === 0 || missing.length < wanted.length) return missing;
  throw new MailError(
    'TOKEN_REFUSED',
    'The account that signed in did not allow access to its mail',
    'Sign in again, and tick every permission that the provider asks for.',
  );
}

const list = (scopes: string): string[] => scopes.toLowerCase().split(/\s+/).filter(Boolean);
