import { connect, createServer, type Socket } from 'node:net';
import { CommandReader } from './imap-lines';
import { listen, LOOPBACK } from './ports';

export interface Wire {
  port: number;
  /** Connections since the start. */
  readonly opened: number;
  /** Connections open now. */
  readonly open: number;
  /** The clients' IMAP commands, without tags and secrets. */
  readonly commands: string[];
  /** Cuts every connection, as a failing network does. */
  dropAll(): void;
  /** The same by RST, as a router does that has forgotten them. */
  resetAll(): void;
  /** Lets nothing through in either direction, keeping the connections, until `resume`. */
  stall(): void;
  readonly isStalled: boolean;
  resume(): void;
  /** Cuts every connection and takes no new one, until `comeBack`. */
  goAway(): void;
  comeBack(): void;
  /** Lets nothing through any more on the connections of now, which stay open at both ends. New ones work. */
  deafen(): void;
  stop(): Promise<void>;
}

/** A proxy in front of a plain IMAP port that counts, records, and fails on request. */
export async function startWire(targetPort: number): Promise<Wire> {
  const clients = new Set<Socket>();
  const deaf = new WeakSet<Socket>();
  const held: (() => void)[] = [];
  const commands: string[] = [];
  let opened = 0;
  let stalled = false;
  let isAway = false;

  // Held back rather than paused: a paused socket would not notice that its peer has gone.
  const pass = (action: () => void) => {
    if (stalled) held.push(action);
    else action();
  };
  const join = (from: Socket, to: Socket, client: Socket) => {
    from.on('data', (chunk: Buffer) => {
      if (!deaf.has(client)) pass(() => void (to.writable && to.write(chunk)));
    });
    from.on('error', () => undefined);
    from.on('close', () => to.end());
  };
  const server = createServer((client) => {
    if (isAway) return void client.resetAndDestroy();
    opened += 1;
    clients.add(client);
    client.once('close', () => clients.delete(client));
    const reader = new CommandReader((command) => commands.push(command));
    client.on('data', (chunk: Buffer) => reader.push(chunk));
    const upstream = connect(targetPort, LOOPBACK);
    join(client, upstream, client);
    join(upstream, client, client);
  });
  const dropAll = () => clients.forEach((client) => client.destroy());
  const resume = () => {
    stalled = false;
    held.splice(0).forEach((action) => action());
  };

  return {
    port: await listen(server),
    get opened() {
      return opened;
    },
    get open() {
      return clients.size;
    },
    commands,
    dropAll,
    resetAll: () => clients.forEach((client) => client.resetAndDestroy()),
    stall: () => {
      stalled = true;
    },
    get isStalled() {
      return stalled;
    },
    resume,
    goAway: () => {
      isAway = true;
      dropAll();
    },
    comeBack: () => {
      isAway = false;
    },
    deafen: () => clients.forEach((client) => deaf.add(client)),
    stop: () => {
      dropAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
