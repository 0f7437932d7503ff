import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LOOPBACK } from './ports';

export interface ProxyOptions {
  /** Who may use it; without it, everybody. */
  login?: { user: string; password: string };
  /** Names that only the proxy knows, each with the loopback port it leads to; else it dials loopback itself. */
  hosts?: Readonly<Record<string, number>>;
}

/** What both kinds of proxy share: whom they let through, and to where. */
export class ProxyGate {
  readonly connections: string[] = [];
  open = 0;
  refusals = 0;

  constructor(readonly options: ProxyOptions) {}

  admits(user = '', password = ''): boolean {
    const { login } = this.options;
    const right = !login || (user === login.user && password === login.password);
    if (!right) this.refusals += 1;
    return right;
  }

  /** Rejected when nothing listens there. Whatever the name: these tests never leave the machine. */
  dial(host: string, port: number): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.options.hosts?.[host] ?? port, LOOPBACK);
      socket.once('error', reject).once('connect', () => {
        this.connections.push(`${host}:${port}`);
        resolve(socket);
      });
    });
  }

  /** Each side's end is the other's too. */
  join(client: Duplex, server: Socket): void {
    this.open += 1;
    client.once('close', () => {
      this.open -= 1;
      server.destroy();
    });
    server.once('close', () => client.destroy());
    server.on('error', () => undefined);
    client.pipe(server).pipe(client);
  }
}
