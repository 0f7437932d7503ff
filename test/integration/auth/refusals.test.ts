import { describe, expect, it } from 'vitest';

import type { Login } from '../../../mail/auth/authenticator';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import type { MailError } from '../../../mail/errors';
import { openClient } from '../../../mail/session/open-client';
import { CELLS, type Authentication, type ProviderId } from '../../../mail/account/providers';
import { compose } from '../../../mail/mime/compose';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { startRefusing } from '../../servers/faulty';
import { startScriptedPop3 } from '../../servers/scripted-pop3';
import { agreeable, startScripted } from '../smtp/scripted';

const TIMEOUTS = { connect: 3000, command: 3000, idle: 3000 };

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
      timeouts: TIMEOUTS,
    });
    throw new Error('logged in');
  } catch (error) {
    return error as MailError;
  } finally {
    await server.stop();
  }
}

describe('a login that a provider refuses gives an error with the fix', () => {
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

  it('does not look like a wrong password when the refusal is temporary', async () => {
    const error = await refusal('other', 'basic', '[UNAVAILABLE] Temporary authentication failure.');
    expect(error.code).not.toBe('AUTHENTICATION_FAILED');
    expect(error.description).toMatch(/again/);
  });
});

describe('a wrong password gives the advice from the provider’s row', () => {
  const cells = CELLS.filter(
    ({ authentication, row }) => authentication === 'basic' && row.protocols.includes('imap'),
  );
  const authenticator = new BasicAuthenticator('ada@example.test', 'a password');
  const settings = { authentication: 'basic', authenticator, timeouts: TIMEOUTS } as const;
  const at = (port: number) => ({ host: 'localhost', port, security: 'none' }) as const;
  const failureOf = async (attempt: Promise<unknown>) =>
    await attempt.then(
      () => expect.fail('it logged in'),
      (error: MailError) => error,
    );
  const expectAdvice = ({ code, description }: MailError, { method }: (typeof CELLS)[number]) => {
    expect(code).toBe('AUTHENTICATION_FAILED');
    expect(description).toMatch(/^Check "/);
    expect(description).toContain(method.passwordAdvice ?? 'app password');
  };

  it.each(cells)('of $provider, over IMAP', async (cell) => {
    const error = await refusal(cell.provider, 'basic', '[AUTHENTICATIONFAILED] Authentication failed.');
    expectAdvice(error, cell);
  });

  it.each(cells.filter(({ row }) => row.protocols.includes('pop3')))(
    'of $provider, over POP3',
    async (cell) => {
      const server = await startScriptedPop3((command) =>
        command.startsWith('PASS') ? '-ERR [AUTH] Authentication failed.\r\n' : '',
      );
      const { provider } = cell;
      const error = await failureOf(
        openClient({ ...settings, provider, protocol: 'pop3', server: at(server.port) }),
      ).finally(async () => await server.stop());
      expectAdvice(error, cell);
    },
  );

  it.each(cells)('of $provider, over SMTP', async (cell) => {
    const server = await startScripted((line) =>
      line.startsWith('AUTH') ? '535 5.7.8 Error: authentication failed' : agreeable(line),
    );
    const { provider } = cell;
    const submission = new SmtpSubmission({
      ...{ ...settings, provider, protocol: 'imap' },
      ...{ server: at(server.port), submission: at(server.port) },
    });
    const letter = compose({ from: 'ada@example.test', to: 'bob@example.test', text: 'x' });
    const error = await failureOf(submission.send(letter, { keepContent: false })).finally(async () => {
      await submission.close();
      await server.stop();
    });
    expectAdvice(error, cell);
  });
});
