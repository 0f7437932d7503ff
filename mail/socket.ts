import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { proxyConnection } from 'imapflow/lib/proxy-connection';

import { abandonable } from './auth/abandonable';
import type { ServerSettings } from './session/server-settings';

/**
 * Opens a TCP connection, through the server's proxy where it has one. TLS is left to who speaks on it. Does
 * not ask the outbound policy, but resolves the name as it says.
 *
 * @param signal gives up
 * @throws what Node throws, or an error with the code EPROXY
 */
export async function openSocket(server: ServerSettings, signal: AbortSignal): Promise<Socket> {
  const socket = server.proxy ? await throughProxy(server, server.proxy, signal) : direct(server);
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
  { host, port }: ServerSettings,
  proxy: string,
  signal: AbortSignal,
): Promise<Socket> {
  const tunnel = proxyConnection(SILENT_LOGGER, proxy, host, port);
  try {
    const socket = await abandonable(tunnel, signal);
    if (socket) return socket;
    throw new Error('its kind is not known');
  } catch (error) {
    // It takes no signal, so it may still open what nobody waits for.
    void tunnel.then((late) => late?.destroy()).catch(() => {});
    if (signal.aborted) throw error;
    // A code such as ENOTFOUND is about the proxy and not about the server.
    throw Object.assign(new Error((error as Error).message), { code: 'EPROXY' });
  }
}

// Its log lines would hold the proxy's URL.
const SILENT_LOGGER = { info: () => {}, error: () => {} } as unknown as Parameters<typeof proxyConnection>[0];
