import { isIP, type Socket } from 'node:net';

import type { Login } from '../auth/authenticator';
import { withLogin } from '../auth/with-login';
import { isLate, withDeadline } from '../async/deadline';
import { MailError } from '../errors';
import { assertAllowed } from '../net/outbound-policy';
import { tlsOptions } from '../net/tls-policy';
import type { ServerSettings } from '../net/server-settings';
import type { MailServerSessionSettings } from '../account/session-settings';
import { hostAndPort } from '../net/host-and-port';
import { openSocket } from '../net/socket';
import type { TrafficCounter } from '../net/traffic';
import { base64, saslSecrets, tokenResponses } from '../auth/token-responses';
import { PopConnection, secured } from './connection';
import { PopRefusal, lateLogin, noStartTls, toLoginError } from './errors';

/**
 * Connects and logs in.
 *
 * @throws {MailError} saying which step failed
 */
export async function openPop(
  settings: MailServerSessionSettings,
  counter: TrafficCounter,
  signal?: AbortSignal,
): Promise<PopConnection> {
  await assertAllowed(settings.server);
  return await withLogin(
    settings.authenticator,
    signal,
    async (login) => await connect(settings, login, counter, signal),
  );
}

async function connect(
  settings: MailServerSessionSettings,
  login: Login,
  counter: TrafficCounter,
  signal?: AbortSignal,
): Promise<PopConnection> {
  return await withDeadline(
    { timeout: settings.timeouts.connect, signals: [signal] },
    async (giveUp) => await connectUntil(settings, login, counter, giveUp),
  );
}

async function connectUntil(
  settings: MailServerSessionSettings,
  login: Login,
  counter: TrafficCounter,
  giveUp: AbortSignal,
): Promise<PopConnection> {
  const { server, timeouts } = settings;
  let socket: Socket | undefined;
  let connection: PopConnection | undefined;
  const close = () => {
    connection?.destroy();
    socket?.destroy();
  };
  giveUp.addEventListener('abort', close, { once: true });
  try {
    socket = await openSocket(server, giveUp);
    const tls = {
      ...tlsOptions(server),
      host: server.host,
      servername: isIP(server.host) ? '' : server.host,
    };
    const first = server.security === 'tls' ? await secured(socket, tls) : socket;
    connection = new PopConnection(first, server, timeouts.command, counter);
    await connection.greeting();
    await connection.readCapabilities();
    if (server.security === 'starttls') {
      // Required, never "if offered": that would let an attacker choose cleartext.
      if (!connection.capabilities.has('STLS')) throw noStartTls(server);
      await connection.startTls(tls);
      // RFC 2595 section 4: capabilities from before TLS no longer count.
      await connection.readCapabilities();
    }
    await connection.useUtf8();
    await logIn(connection, login, server);
    // Some servers announce more after the login (RFC 2449 section 5).
    await connection.readCapabilities();
    return connection;
  } catch (error) {
    close();
    throw isLate(giveUp) ? lateLogin(server) : toLoginError(error, settings, saslSecrets(login, server));
  } finally {
    giveUp.removeEventListener('abort', close);
  }
}

async function logIn(connection: PopConnection, login: Login, server: ServerSettings): Promise<void> {
  const mechanisms = connection.capabilities.get('SASL') ?? [];
  if ('pass' in login) {
    const response = base64(`\0${login.user}\0${login.pass}`);
    if (mechanisms.includes('PLAIN') && (await begins(connection, 'PLAIN'))) {
      await finish(connection, 'PLAIN', response);
      return;
    }
    await connection.command(`USER ${login.user}`);
    await connection.command(`PASS ${login.pass}`);
    return;
  }
  const mechanism = (['XOAUTH2', 'OAUTHBEARER'] as const).find((one) => mechanisms.includes(one));
  if (!mechanism) throw noTokenLogin(server, mechanisms);
  await authenticate(connection, mechanism, tokenResponses(login, server)[mechanism]);
}

/** In two lines, as Exchange requires: the response is sent only after the server asks for it (RFC 5034 section 4). */
async function authenticate(connection: PopConnection, mechanism: string, response: string): Promise<void> {
  const asked = await connection.continued(`AUTH ${mechanism}`);
  if (!asksOn(asked)) throw new PopRefusal('AUTH', wordsOf(asked));
  await finish(connection, mechanism, response);
}

/**
 * Whether the server knows a mechanism that it offers: some do not. Nothing secret was sent.
 *
 * @throws {PopRefusal} with a response code, which is not about the mechanism (RFC 2449 section 8)
 */
async function begins(connection: PopConnection, mechanism: string): Promise<boolean> {
  const asked = await connection.continued(`AUTH ${mechanism}`);
  if (asksOn(asked)) return true;
  const words = wordsOf(asked);
  if (!/^-ERR\b/i.test(asked) || words.startsWith('[')) throw new PopRefusal('AUTH', words);
  return false;
}

const asksOn = (answer: string): boolean => answer.startsWith('+') && !/^\+OK\b/i.test(answer);

async function finish(connection: PopConnection, mechanism: string, response: string): Promise<void> {
  let answer = await connection.continued(response);
  // A refused token is answered with a challenge that contains the reason (RFC 7628 section 3.2.3). It must be
  // acknowledged.
  const reason = answer.startsWith('+ ') ? answer.slice(2) : '';
  if (reason || answer === '+')
    answer = await connection.continued(mechanism === 'OAUTHBEARER' ? base64('\x01') : '');
  if (!/^\+OK\b/i.test(answer)) throw new PopRefusal('AUTH', `${wordsOf(answer)} ${reason}`.trim());
}

const wordsOf = (answer: string): string => answer.replace(/^-ERR\s*/i, '') || 'no reason given';

const noTokenLogin = ({ host, port }: ServerSettings, mechanisms: readonly string[]): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `${hostAndPort({ host, port })} does not accept access tokens (it offers ${mechanisms.join(', ') || 'no SASL login'})`,
    'Use a credential with a password, or IMAP.',
  );
