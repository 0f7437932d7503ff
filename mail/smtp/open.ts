import SMTPConnection from 'nodemailer/lib/smtp-connection';

import { isLate, withDeadline } from '../async/deadline';
import type { Login } from '../auth/authenticator';
import { TokenRefused } from '../auth/token-refused';
import { saslSecrets } from '../auth/token-responses';
import { withLogin } from '../auth/with-login';
import { assertAllowed } from '../net/outbound-policy';
import { tlsOptions } from '../net/tls-policy';
import type { MailServerSessionSettings, SubmissionServer } from '../account/session-settings';
import { openSocket } from '../net/socket';
import { answerTo } from './callback';
import { parseCapabilities } from './capabilities';
import { clientName } from './client-name';
import { SmtpConnection } from './connection';
import { SmtpLogin } from './login';
import { lateLogin, toLoginError } from './login-errors';

/**
 * Connects to the session's outgoing server and logs in.
 *
 * @param signal cancels
 * @throws {MailError} saying which step failed
 */
export async function openSmtp(
  settings: MailServerSessionSettings,
  server: SubmissionServer,
  signal: AbortSignal,
): Promise<SmtpConnection> {
  await assertAllowed(server);
  if (server.withoutLogin) return await connect(settings, server, undefined, signal);
  return await withLogin(
    settings.authenticator,
    signal,
    async (login) => await connect(settings, server, login, signal),
  );
}

async function connect(
  settings: MailServerSessionSettings,
  server: SubmissionServer,
  login: Login | undefined,
  signal: AbortSignal,
): Promise<SmtpConnection> {
  return await withDeadline(
    { timeout: settings.timeouts.connect, signals: [signal] },
    async (giveUp) => await connectUntil(settings, server, login, giveUp),
  );
}

async function connectUntil(
  settings: MailServerSessionSettings,
  server: SubmissionServer,
  login: Login | undefined,
  giveUp: AbortSignal,
): Promise<SmtpConnection> {
  const { timeouts } = settings;
  const attempt = login && new SmtpLogin(login, server);
  let connection: SMTPConnection | undefined;
  const close = () => connection?.close();
  giveUp.addEventListener('abort', close, { once: true });
  try {
    const socket = await openSocket(server, giveUp, timeouts.connect);
    connection = new SMTPConnection({
      connection: socket,
      host: server.host,
      port: server.port,
      secure: server.security === 'tls',
      // Required or forbidden, never "if offered": that would let an attacker choose cleartext.
      requireTLS: server.security === 'starttls',
      ignoreTLS: server.security === 'none',
      tls: tlsOptions(server),
      name: server.clientName ?? clientName(socket),
      customAuth: attempt?.handlers,
      connectionTimeout: timeouts.connect,
      greetingTimeout: timeouts.connect,
      // Closed at once, not gracefully: if it is cut off, the message must not look complete.
      socketCloseTimeout: 0,
    });
    // Without a listener, an error crashes the process. The call in progress rejects with the same error.
    connection.on('error', () => {});
    const opened = connection;
    await answerTo(opened, (done) => opened.connect(done));
    const capabilities = parseCapabilities(String(opened.lastServerResponse || ''));
    await attempt?.run(opened, capabilities);
    return new SmtpConnection(opened, capabilities, server, timeouts);
  } catch (error) {
    close();
    throw isLate(giveUp) && !(error instanceof TokenRefused)
      ? lateLogin(server)
      : toLoginError(error, server, settings, login ? saslSecrets(login, server) : []);
  } finally {
    giveUp.removeEventListener('abort', close);
  }
}
