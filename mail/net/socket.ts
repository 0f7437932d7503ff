import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { proxyConnection } from 'imapflow/lib/proxy-connection';

import { withAbort } from '../async/with-abort';
import { isMailError } from '../errors';
import { proxyAsAllowed } from './outbound-policy';
import type { ServerSettings } from './server-settings';

/**
 * Opens a TCP connection, through the server's proxy if it has one. The caller adds TLS. Does not check the outbound
 * policy, but resolves the name with it.
 *
 * @param signal cancels
 * @param timeout in milliseconds, after which the attempt to connect to a silent proxy also ends in the background;
 * cancelling does not end it
 * @throws what Node throws, an error with the code EPROXY, or the outbound policy's error for the proxy
 */
export async function openSocket(
  server: ServerSettings,
  signal: AbortSignal,
  timeout = 30_000,
): Promise<Socket> {
  const socket = server.proxy ? await throughProxy(server, server.proxy, signal, timeout) : direct(server);
  // Without a listener, an error crashes the process. Users of the socket add their own listener.
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

/** imapflow's proxy client, so that a proxy works the same for IMAP and all other protocols. */
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
    // It does not support signals, so it may still open a connection that is no longer needed.
    void tunnel.then((late) => late?.destroy()).catch(() => {});
    if (signal.aborted || isMailError(error)) throw error;
    // A code such as ENOTFOUND is about the proxy, not about the server.
    throw Object.assign(new Error((error as Error).message), { code: 'EPROXY' });
  }
}

// Log lines would contain the proxy's URL.
const SILENT_LOGGER = { info: () => {}, error: () => {} } as unknown as Parameters<typeof proxyConnection>[0];
