import { describe, expect, it } from 'vitest';

import type { Login } from '../../../mail/auth/authenticator';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import type { MailError } from '../../../mail/errors';
import { openClient } from '../../../mail/session/open-client';
import type { Authentication, ProviderId } from '../../../mail/account/providers';
import { startRefusing } from '../../servers/faulty';

/** A login at a server that refuses it with these words. */
async function refusal(provider: ProviderId, authentication: Authentication, words: string) {
  const server = await startRefusing(words);
  const login = async (): Promise<Login> => ({ user: 'ada@example.test', accessToken: 'token' });
  const authenticator =
    authentication === 'basic'
      ? new BasicAuthenticator('ada@example.test', 'a password')
      : { account: 'ada@example.test', fingerprint: 'ada', login };
  try {
    await openClient({
      ...{ provider, protocol: 'imap', authentication, authenticator },
      server: { host: 'localhost', port: server.port, security: 'none' },
      timeouts: { connect: 3000, command: 3000, idle: 3000 },
    });
    throw new Error('logged in');
  } catch (error) {
    return error as MailError;
  } finally {
    await server.stop();
  }
}

describe('a login that a provider refuses is answered with the fix', () => {
  it.each<[ProviderId, Authentication, string, RegExp]>([
    ['outlook', 'clientCredentials', 'User is authenticated but not connected.', /Add-MailboxPermission/],
    ['outlook', 'oAuth2', 'User is authenticated but not connected.', /mailbox/i],
    ['outlook', 'clientCredentials', 'AUTHENTICATE failed.', /IMAP\.AccessAsApp/],
    ['outlook', 'oAuth2', 'AUTHENTICATE failed.', /Email Address/],
    ['msn', 'basic', 'LOGIN failed.', /OAuth2/],
    [
      'gmail',
      'basic',
      '[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
      /app password/,
    ],
    ['gmail', 'basic', '[AUTHENTICATIONFAILED] Invalid credentials (Failure)', /App Password/],
    [
      'gmail',
      'oAuth2',
      '[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page (Failure)',
      /IMAP is off/,
    ],
    [
      'gmail',
      'serviceAccount',
      '[AUTHENTICATIONFAILED] Invalid credentials (Failure)',
      /domain-wide delegation/,
    ],
    ['yahoo', 'basic', '[AUTHENTICATIONFAILED] LOGIN Invalid credentials', /app password/i],
  ])('%s, %s: %s', async (provider, authentication, words, fix) => {
    const { message, description } = await refusal(provider, authentication, words);
    expect(description).toMatch(fix);
    expect(message).toContain('localhost');
  });

  it('that may work later does not read like a wrong password', async () => {
    const error = await refusal('other', 'basic', '[UNAVAILABLE] Temporary authentication failure.');
    expect(error.code).not.toBe('AUTHENTICATION_FAILED');
    expect(error.description).toMatch(/again/);
  });
});
