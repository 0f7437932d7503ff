import { ImapFlow, type ImapFlowError, type Logger } from 'imapflow';

import type { Login } from '../auth/authenticator';
import { TokenRefused } from '../auth/token-refused';
import { saslSecrets } from '../auth/token-responses';
import { withLogin } from '../auth/with-login';
import { assertAllowed } from '../net/outbound-policy';
import { tlsOptions } from '../net/tls-policy';
import { longestSilence, type MailServerSessionSettings } from '../account/session-settings';
import { whatAnswered } from '../net/what-answered';
import { adapt } from './adapt';
import { toLoginError } from './errors';
import { Overheard, overhear } from './overheard';
import { connectShortly } from './short-login';

/**
 * Maximum that a server may send at once, in bytes. All content is requested in smaller pieces. The longest expected
 * line is the result of a SEARCH in a folder with millions of messages.
 */
const LIMITS = {
  maxLineLength: 32 * 1024 * 1024,
  maxLiteralSize: 64 * 1024 * 1024,
  maxResponseSize: 96 * 1024 * 1024,
};

/**
 * Connects and logs in.
 *
 * @throws {MailError} saying which step failed
 */
export async function openImap(settings: MailServerSessionSettings, signal?: AbortSignal): Promise<ImapFlow> {
  await assertAllowed(settings.server);
  return await withLogin(
    settings.authenticator,
    signal,
    async (login) => await connect(settings, login, signal),
  );
}

async function connect(
  settings: MailServerSessionSettings,
  login: Login,
  signal?: AbortSignal,
): Promise<ImapFlow> {
  const { server, timeouts } = settings;
  signal?.throwIfAborted();
  const overheard = new Overheard();
  const flow = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    // Required or forbidden, never "if offered": that would let an attacker choose cleartext.
    doSTARTTLS: server.security === 'tls' ? undefined : server.security === 'starttls',
    auth: login,
    // imapflow also passes these to net.connect, so a cleartext connection resolves names the same way.
    tls: tlsOptions(server),
    proxy: server.proxy,
    logger: overheard.logger as unknown as Logger,
    ...LIMITS,
    // Between two nodes nobody is listening for IDLE's reports.
    disableAutoIdle: true,
    connectionTimeout: timeouts.connect,
    greetingTimeout: timeouts.connect,
    socketTimeout: longestSilence(timeouts),
  });
  // Without a listener, a connection reset crashes the process. The command in progress rejects with its own error.
  flow.on('error', (error: Error) => overheard.fail(error));
  overhear(flow, overheard);
  let firstLine: string | undefined;
  adapt(flow, (line) => {
    if (GREETING.test(line.toString('latin1', 0, 20))) return;
    // Otherwise the login would wait until the timeout.
    firstLine = line.toString('latin1', 0, 200);
    flow.close();
  });
  // imapflow limits the time for connect and greeting, but not for a login that is never answered.
  const giveUp = () => flow.close();
  signal?.addEventListener('abort', giveUp, { once: true });
  let throttled: Error | undefined;
  overheard.waits = (refusal) => {
    throttled = Object.assign(refusal, { authenticationFailed: true });
    flow.close();
  };
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    flow.close();
  }, timeouts.connect);
  try {
    await connectShortly(flow, login, server);
    return flow;
  } catch (error) {
    flow.close();
    const spokeSomethingElse = firstLine !== undefined || saidNoGreeting(flow, error as ImapFlowError);
    const code = spokeSomethingElse ? 'InvalidResponse' : timedOut ? 'CONNECT_TIMEOUT' : undefined;
    const words = firstLine === undefined ? 'no IMAP greeting' : whatAnswered(firstLine);
    const isRefused = error instanceof TokenRefused;
    const cause = throttled ?? (code && !isRefused ? Object.assign(new Error(words), { code }) : error);
    throw toLoginError(cause, settings, saslSecrets(login, server));
  } finally {
    signal?.removeEventListener('abort', giveUp);
    overheard.waits = undefined;
    clearTimeout(timer);
  }
}

/** RFC 9051 section 7.1. */
const GREETING = /^\0*\* /;

/**
 * Whether the server sent something, but no greeting that imapflow understood before it disconnected or the timeout
 * passed.
 */
const saidNoGreeting = (flow: ImapFlow, { code = '', reason }: ImapFlowError): boolean =>
  ['GREETING_TIMEOUT', 'ClosedAfterConnectText'].includes(code) &&
  !reason &&
  flow.capabilities.size === 0 &&
  flow.stats().received > 0;
