import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type {
  SMTPConnectionAuth,
  SMTPConnectionCustomAuthHandler,
  SMTPConnectionCustomAuthHandlers,
} from 'nodemailer/lib/smtp-connection';

import type { NodemailerError } from 'nodemailer/lib/errors';

import type { Login } from '../auth/authenticator';
import { base64, tokenResponses } from '../auth/token-responses';
import { MailError } from '../errors';
import { hostAndPort } from '../net/host-and-port';
import type { ServerSettings } from '../net/server-settings';
import { answerTo } from './callback';
import type { Capabilities } from './capabilities';

/** In order of preference. */
const WITH_PASSWORD = ['PLAIN', 'LOGIN', 'CRAM-MD5'];
const WITH_TOKEN = ['XOAUTH2', 'OAUTHBEARER'];

/** @throws {MailError} SERVER_REFUSED if the server offers no suitable login; otherwise nodemailer's error */
export async function logIn(
  connection: SMTPConnection,
  { mechanisms }: Capabilities,
  login: Login,
  server: ServerSettings,
): Promise<void> {
  const fitting = 'pass' in login ? WITH_PASSWORD : WITH_TOKEN;
  const offered = fitting.filter((mechanism) => mechanisms.has(mechanism));
  if (offered.length === 0) throw noFittingLogin(server, fitting, mechanisms);
  for (const [index, method] of offered.entries()) {
    const auth: SMTPConnectionAuth = { method, ...login };
    // Otherwise nodemailer replaces XOAUTH2 with the first mechanism for passwords.
    if ('accessToken' in login) auth.oauth2 = {} as typeof auth.oauth2;
    try {
      await answerTo<boolean>(connection, (done) => connection.login(auth, done));
      return;
    } catch (error) {
      if (!isUnknown(error) || index === offered.length - 1) throw error;
    }
  }
}

/** Some servers offer a mechanism that they do not know (RFC 4954 section 4, RFC 5321 section 4.2.4). */
const isUnknown = (error: unknown): boolean =>
  [500, 502, 504].includes((error as NodemailerError).responseCode ?? 0);

/**
 * Logins with a token. They replace nodemailer's own, which retries a refused token and does not support OAUTHBEARER.
 */
export function tokenLogins(login: Login, server: ServerSettings): SMTPConnectionCustomAuthHandlers {
  const { XOAUTH2, OAUTHBEARER } = tokenResponses(login, server);
  // The acknowledgement of a challenge with the reason for a refusal. RFC 7628 section 3.2.3 requires one byte.
  return { XOAUTH2: withToken(XOAUTH2, ''), OAUTHBEARER: withToken(OAUTHBEARER, base64('\x01')) };
}

const withToken =
  (response: string, acknowledgement: string): SMTPConnectionCustomAuthHandler =>
  async ({ method, sendCommand }) => {
    const first = await sendCommand(`AUTH ${method} ${response}`);
    const last = first.status === 334 ? await sendCommand(acknowledgement) : first;
    // nodemailer appends the last response.
    if (last.status !== 235) throw new Error(`Invalid login ${first.text}`);
  };

const noFittingLogin = (
  { host, port, security }: ServerSettings,
  fitting: string[],
  mechanisms: ReadonlySet<string>,
): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `${hostAndPort({ host, port })} does not offer a login that fits the credential (it offers ${[...mechanisms].join(', ') || 'none'})`,
    security === 'none'
      ? 'Many servers offer a login on encrypted connections only: set "SMTP Security" in the credential to "TLS" or "STARTTLS". For a server that takes mail without a login, set "SMTP Authentication" to "None".'
      : `The server has to offer ${fitting.join(' or ')}. Check "SMTP Host" and "SMTP Port", and that sending by apps is enabled for the account. For a server that takes mail without a login, set "SMTP Authentication" to "None".`,
  );
