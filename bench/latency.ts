import { connect, createServer, type Server, type Socket } from 'node:net';
import { listen, LOOPBACK } from '../test/servers/ports';

export interface Proxy {
  port: number;
  stop(): Promise<void>;
}

/** Starts a server that connects its clients to another port through `join`. */
export async function startProxy(
  server: Server,
  event: 'connection' | 'secureConnection',
  targetPort: number,
  join: (client: Socket, upstream: Socket) => void,
): Promise<Proxy> {
  const clients = new Set<Socket>();
  server.on(event, (client: Socket) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    // Small answers must not wait for each other (Nagle): in production there is one socket here, not three.
    join(client, connect({ port: targetPort, host: LOOPBACK, noDelay: true }));
  });
  return {
    port: await listen(server),
    stop: () => {
      clients.forEach((client) => client.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Forwards the data of one side, and its end. */
export function forward(from: Socket, to: Socket, later = (action: () => void) => action()): void {
  from.on('data', (chunk: Buffer) => later(() => void (to.writable && to.write(chunk))));
  from.on('error', () => undefined);
  from.on('close', () => later(() => to.end()));
}

/**
 * A proxy that is `oneWay` milliseconds away: loopback answers at once and so hides what a round trip costs.
 * Every chunk arrives that much later, in order, because timers of one duration fire in the order they were set.
 */
export async function startLatency(targetPort: number, oneWay: number): Promise<Proxy> {
  const later = (action: () => void) => void setTimeout(action, oneWay);
  const server = createServer({ noDelay: true, pauseOnConnect: true });
  return await startProxy(server, 'connection', targetPort, (client, upstream) => {
    // TCP's own handshake is a round trip, and the kernel has already done it here without delay.
    // So the first bytes of either side wait for one round trip.
    upstream.pause();
    setTimeout(() => {
      forward(client, upstream, later);
      forward(upstream, client, later);
      upstream.resume();
      client.resume();
    }, 2 * oneWay);
  });
}
