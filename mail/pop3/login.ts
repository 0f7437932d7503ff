import { isIP, type Socket } from 'node:net';

import type { Login } from '../auth/authenticator';
import { withLogin } from '../auth/with-login';
import { isLate, withDeadline } from '../async/deadline';
import { assertAllowed } from '../net/outbound-policy';
import { tlsOptions } from '../net/tls-policy';
import type { ServerSettings } from '../net/server-settings';
import type { MailServerSessionSettings } from '../account/session-settings';
import { openSocket } from '../net/socket';
import type { TrafficCounter } from '../net/traffic';
import { logInByTurns, noFittingLogin, waysFor, type AuthRefusal } from '../auth/mechanisms';
import type { SaslExchange } from '../auth/sasl';
import { TokenRefused } from '../auth/token-refused';
import { saslSecrets } from '../auth/token-responses';
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
    throw isLate(giveUp) && !(error instanceof TokenRefused)
      ? lateLogin(server)
      : toLoginError(error, settings, saslSecrets(login, server));
  } finally {
    giveUp.removeEventListener('abort', close);
  }
}

async function logIn(connection: PopConnection, login: Login, server: ServerSettings): Promise<void> {
  const mechanisms = new Set(connection.capabilities.get('SASL'));
  // A server that answers CAPA names SASL there, if it has it (RFC 5034 section 3).
  const saysNothing = connection.capabilities.size === 0 || connection.capabilities.has('SASL');
  const ways = waysFor(login, { mechanisms, hasCommand: true });
  if (ways.length === 0 || (mechanisms.size === 0 && !saysNothing && 'accessToken' in login)) {
    throw noFittingLogin(server, login, [...mechanisms], 'POP3');
  }
  await logInByTurns({
    ...{ login, server, ways, refusalIn },
    exchange: async (exchange) => await converse(connection, exchange),
    command: async () => {
      if (!('pass' in login)) return;
      await connection.command(`USER ${login.user}`);
      await connection.command(`PASS ${login.pass}`);
    },
  });
}

/**
 * The response is sent only after the server asks for it, as Exchange requires. With the command it could also be longer
 * than a command may be (RFC 5034 section 4).
 */
async function converse(connection: PopConnection, exchange: SaslExchange): Promise<void> {
  let answer = await connection.continued(`AUTH ${exchange.mechanism}`);
  for (;;) {
    // Exchange 2003 asks by "+OK". It cannot mean the end before the server has the password or token.
    const isDone = /^\+OK\b/i.test(answer);
    if (isDone && exchange.hasSecret) return;
    if (!answer.startsWith('+')) throw new PopRefusal('AUTH', wordsOf(answer));
    const challenge = isDone ? '' : answer.slice(1).trim();
    answer = await connection.continued(exchange.respond(challenge));
  }
}

const wordsOf = (answer: string): string => answer.replace(/^-ERR\s*/i, '') || 'no reason given';

/** See `isUnknown` in mail/auth/mechanisms.ts. A response code is not about a mechanism (RFC 2449 section 8). */
function refusalIn(error: unknown): AuthRefusal | undefined {
  if (!(error instanceof PopRefusal)) return undefined;
  return { text: error.message, about: error.message.startsWith('[') ? 'other' : 'unsaid' };
}
