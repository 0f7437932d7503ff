import { describe, expect, it } from 'vitest';

import { loginErrorHint } from '../../../mail/account/login-errors/login-error';
import type { LoginContext } from '../../../mail/account/login-errors/types';
import { CELLS } from '../../../mail/account/providers';
import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import type { Login } from '../../../mail/auth/authenticator';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { MailError } from '../../../mail/errors';
import { compose } from '../../../mail/mime/compose';
import { openClient } from '../../../mail/session/open-client';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import { startRefusing } from '../../servers/faulty';
import { startScriptedPop3 } from '../../servers/scripted-pop3';
import { LASTING, PASSING } from '../../unit/account/refused-logins';
import { agreeable, startScripted } from '../smtp/scripted';

const USER = 'ada@example.test';

/** Servers that refuse every login with these words. */
const REFUSING: Record<
  LoginContext['protocol'],
  (words: string) => Promise<{ port: number; stop(): Promise<void> }>
> = {
  imap: startRefusing,
  pop3: async (words) =>
    await startScriptedPop3((command) => {
      if (command === 'CAPA') return '+OK\r\nUSER\r\nUIDL\r\nSASL XOAUTH2\r\n.\r\n';
      return /^(PASS|AUTH) /.test(command) ? `${words}\r\n` : '';
    }),
  smtp: async (words) =>
    await startScripted((line) =>
      line.startsWith('AUTH') ? words : agreeable(line, ['AUTH PLAIN XOAUTH2']),
    ),
};

/** The error of a login that a server refuses with these words. */
async function refusal(words: string, { provider, authentication, protocol }: LoginContext) {
  const server = await REFUSING[protocol](words);
  const login = async (): Promise<Login> => ({ user: USER, accessToken: 'token' });
  const at = { host: 'localhost', port: server.port, security: 'none' } as const;
  const settings: MailServerSessionSettings = {
    ...{ provider, authentication, protocol: protocol === 'pop3' ? 'pop3' : 'imap', server: at },
    authenticator:
      authentication === 'basic'
        ? new BasicAuthenticator(USER, 'a password')
        : { account: USER, fingerprint: 'ada', login },
    timeouts: { connect: 10_000, command: 10_000, idle: 10_000 },
    ...(protocol === 'smtp' && { submission: at }),
  };
  const submission = protocol === 'smtp' ? new SmtpSubmission(settings) : undefined;
  const letter = compose({ from: USER, to: 'bob@example.test', text: 'x' });
  try {
    await (submission?.send(letter, { keepContent: false }) ?? openClient(settings));
  } catch (error) {
    return error as MailError;
  } finally {
    await submission?.close();
    await server.stop();
  }
  return expect.fail('it logged in');
}

const titled = <Row extends [string, LoginContext, ...unknown[]]>(rows: readonly Row[]) =>
  rows.map(
    (row) => [`${row[1].provider}, ${row[1].authentication}, ${row[1].protocol}: ${row[0]}`, row] as const,
  );

describe('a server that refuses a login, as a builder sees it', () => {
  it.each(titled(LASTING))('%s', async (_, [words, context, fix]) => {
    const error = await refusal(words, context);
    expect(error).toBeInstanceOf(MailError);
    expect(error.code).toBe('AUTHENTICATION_FAILED');
    expect(error.message).toMatch(/^localhost:\d+ refused the login \(.+\)$/s);
    expect(error.description).toMatch(fix);
  });

  it.each(titled(PASSING))('for now: %s', async (_, [words, context, code]) => {
    const error = await refusal(words, context);
    const hint = loginErrorHint(words, context)!;
    expect(error).toMatchObject({ code, description: hint.description });
    const [start = '', end = ''] = hint.message!.replace('{server}', '').split('{detail}');
    expect(error.message).toContain(start);
    expect(error.message).toMatch(/^localhost:\d+ /);
    expect(error.message.endsWith(end)).toBe(true);
  });

  const cells = CELLS.filter(
    ({ authentication, row, method }) =>
      authentication === 'basic' && row.protocols.includes('imap') && method.passwordAdvice,
  );
  it.each(cells)(
    'that asks for an app password gets the advice of $provider',
    async ({ provider, method }) => {
      const context = { provider, authentication: 'basic', protocol: 'imap' } as const;
      const { description } = await refusal(
        '[AUTHENTICATIONFAILED] Application password is REQUIRED',
        context,
      );
      expect(description).toBe(`The provider needs an app password. ${method.passwordAdvice}`);
    },
  );
});
