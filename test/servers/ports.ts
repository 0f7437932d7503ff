import { connect, type AddressInfo, type Server } from 'node:net';

import { loadScript } from './script-library';

export const LOOPBACK = '127.0.0.1';

/** Listens on a free loopback port and answers which. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Loopback ports that were free a moment ago, and that the system gives to nobody who asks for any port. */
export async function freePorts(count: number): Promise<number[]> {
  const { freePort } = await loadScript<{ freePort(): Promise<number> }>('ports.mjs');
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** Whether something answers a connection to the port. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
