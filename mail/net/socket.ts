import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { proxyConnection } from 'imapflow/lib/proxy-connection';

import { withAbort } from '../async/with-abort';
import { isMailError } from '../errors';
import { proxyAsAllowed } from './outbound-policy';
import type { ServerSettings } from './server-settings';

/**
 * Opens a TCP connection, through the server's proxy where it has one. TLS is left to who speaks on it. Does
 * not ask the outbound policy, but resolves the name as it says.
 *
 * @param signal gives up
 * @param timeout in milliseconds, after which a proxy that says nothing is not waited for in the background
 * either; giving up does not end that wait
 * @throws what Node throws, an error with the code EPROXY, or what the outbound policy says about the proxy
 */
export async function openSocket(
  server: ServerSettings,
  signal: AbortSignal,
  timeout = 30_000,
): Promise<Socket> {
  const socket = server.proxy ? await throughProxy(server, server.proxy, signal, timeout) : direct(server);
  // Without a listener an error kills the process; who uses the socket adds one that does more.
  socket.on('error', () => {});
  try {
    signal.throwIfAborted();
    if (socket.connecting) await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

const direct = ({ host, port, outbound }: ServerSettings): Socket =>
  connect({ host, port, lookup: outbound?.lookup });

/** imapflow's own, so that a proxy is the same for IMAP and for everything beside it. */
async function throughProxy(
  { host, port, outbound }: ServerSettings,
  proxy: string,
  signal: AbortSignal,
  connectionTimeout: number,
): Promise<Socket> {
  const open = async () =>
    await proxyConnection(SILENT_LOGGER, await proxyAsAllowed(proxy, outbound), host, port, {
      connectionTimeout,
    });
  const tunnel = open();
  try {
    const socket = await withAbort(tunnel, signal);
    if (socket) return socket;
    throw new Error('its kind is not known');
  } catch (error) {
    // It takes no signal, so it may still open what nobody waits for.
    void tunnel.then((late) => late?.destroy()).catch(() => {});
    if (signal.aborted || isMailError(error)) throw error;
    // A code such as ENOTFOUND is about the proxy and not about the server.
    throw Object.assign(new Error((error as Error).message), { code: 'EPROXY' });
  }
}

// Its log lines would hold the proxy's URL.
const SILENT_LOGGER = { info: () => {}, error: () => {} } as unknown as Parameters<typeof proxyConnection>[0];
