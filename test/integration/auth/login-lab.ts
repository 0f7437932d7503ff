import { afterEach } from 'vitest';

import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import type { Authenticator, Login } from '../../../mail/auth/authenticator';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import type { MailError } from '../../../mail/errors';
import { compose } from '../../../mail/mime/compose';
import { openClient } from '../../../mail/session/open-client';
import { SmtpSubmission } from '../../../mail/smtp/smtp-submission';
import {
  startLoginServer,
  type LoginProtocol,
  type LoginScript,
  type LoginServer,
} from '../../servers/login-server';

export const USER = 'ada@example.test';
export const PASSWORD = 'canary-password';

const servers: LoginServer[] = [];
export const cleanUp = () =>
  afterEach(async () => {
    await Promise.all(servers.splice(0).map(async (server) => await server.stop()));
  });

/** Gives these tokens, the next one when one was refused. */
export const tokens = (...given: string[]): Authenticator => ({
  account: USER,
  fingerprint: 'tokens',
  login: async ({ refused } = {}): Promise<Login> => {
    const next = refused === undefined ? 0 : Math.min(given.indexOf(refused) + 1, given.length - 1);
    return await Promise.resolve({ user: USER, accessToken: given[next]! });
  },
});

export const password = (user = USER): Authenticator => new BasicAuthenticator(user, PASSWORD);

/** Logs in to a scripted server: what came of it, and what the server heard of the login. */
export async function login(
  protocol: LoginProtocol,
  script: LoginScript,
  authenticator: Authenticator = tokens('canary-old', 'canary-new', 'canary-newer'),
  timeout = 10_000,
  isKnown = false,
) {
  const server = await startLoginServer(protocol, script);
  servers.push(server);
  const at = { host: 'localhost', port: server.port, security: 'none', isKnown } as const;
  const settings: MailServerSessionSettings = {
    provider: 'other',
    authentication: authenticator instanceof BasicAuthenticator ? 'basic' : 'oAuth2',
    protocol: protocol === 'pop3' ? 'pop3' : 'imap',
    server: at,
    submission: at,
    authenticator,
    timeouts: { connect: timeout, command: timeout, idle: 10_000 },
  };
  const error = await attempt(protocol, settings);
  return { error, heard: server.heard, lines: server.lines, port: server.port };
}

async function attempt(
  protocol: LoginProtocol,
  settings: MailServerSessionSettings,
): Promise<MailError | undefined> {
  const submission = protocol === 'smtp' ? new SmtpSubmission(settings) : undefined;
  try {
    if (!submission) await (await openClient(settings)).close();
    else {
      const letter = compose({ from: USER, to: 'bob@example.test', text: 'x' });
      await submission.send(letter, { keepContent: false });
    }
    return undefined;
  } catch (error) {
    const { code } = error as MailError;
    return code === 'SEND_REFUSED' ? undefined : (error as MailError);
  } finally {
    await submission?.close();
  }
}
