import tls from 'node:tls';

import { ImapFlow, type ImapFlowError } from 'imapflow';

import type { Login } from '../auth/authenticator';
import type { ServerSettings, SessionSettings } from '../session/settings';
import { toLoginError } from './errors';

/**
 * Connects and logs in.
 *
 * @throws {MailError} saying which step failed
 */
export async function openImap(
  { server, authenticator, timeouts }: SessionSettings,
  signal?: AbortSignal,
): Promise<ImapFlow> {
  await server.assertAllowed?.();
  const login = await authenticator.login();
  signal?.throwIfAborted();
  const flow = new ImapFlow({
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    // Required or forbidden, never "if offered": that would let an attacker choose cleartext.
    doSTARTTLS: server.security === 'tls' ? undefined : server.security === 'starttls',
    auth: login,
    tls: tlsOptions(server),
    // Its log lines would hold commands and mail.
    logger: false,
    // A session held between two nodes has nobody to tell what IDLE reports.
    disableAutoIdle: true,
    connectionTimeout: timeouts.connect,
    greetingTimeout: timeouts.connect,
    // Also runs while the session is held and nothing is asked, so it must not end before the idle timer.
    socketTimeout: timeouts.idle + timeouts.connect + timeouts.command,
  });
  // Without a listener a reset kills the process. The command in flight rejects with the same error.
  flow.on('error', () => {});
  // imapflow bounds the connect and the greeting, but not a login that is never answered.
  const giveUp = () => flow.close();
  signal?.addEventListener('abort', giveUp, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    flow.close();
  }, timeouts.connect);
  try {
    await flow.connect();
    return flow;
  } catch (error) {
    flow.close();
    const code = timedOut
      ? 'CONNECT_TIMEOUT'
      : spokeSomethingElse(flow, error as ImapFlowError)
        ? 'InvalidResponse'
        : undefined;
    const cause = code ? Object.assign(new Error('no IMAP greeting'), { code }) : error;
    throw toLoginError(cause, server, secretsOf(login));
  } finally {
    signal?.removeEventListener('abort', giveUp);
    clearTimeout(timer);
  }
}

/** A server that sent something, but no greeting that imapflow understood before it hung up or time ran out. */
const spokeSomethingElse = (flow: ImapFlow, { code = '', reason }: ImapFlowError): boolean =>
  ['GREETING_TIMEOUT', 'ClosedAfterConnectText'].includes(code) &&
  !reason &&
  flow.capabilities.size === 0 &&
  flow.stats().received > 0;

function tlsOptions(server: ServerSettings): tls.ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !server.ignoreCertificate,
    // A list given here replaces the default one, so the public authorities are named too.
    ca: server.caCertificate ? [...publicAuthorities(), server.caCertificate] : undefined,
    // imapflow hands these options to net.connect as well, so a cleartext connection resolves the same way.
    ...(server.lookup ? { lookup: server.lookup } : {}),
  };
}

// Since Node 22.15, and with NODE_EXTRA_CA_CERTS, which `rootCertificates` leaves out.
const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
const publicAuthorities = (): readonly string[] => getCACertificates?.('default') ?? tls.rootCertificates;

const secretsOf = (login: Login): string[] => ['pass' in login ? login.pass : login.accessToken];
