import { MailError } from '../mail/errors';

/** What signs in and stays signed in, and says nothing of mail. */
const IDENTITY_SCOPES = ['openid', 'email', 'profile', 'offline_access'];

/**
 * What was asked for and not given: a user can untick a permission at Google.
 *
 * @param asked separated by spaces
 * @param granted the same; without it, all that was asked for (RFC 6749 section 5.1)
 * @throws {MailError} TOKEN_REFUSED where nothing about mail was given
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
