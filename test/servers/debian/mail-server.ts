import type { Delivery } from '../mailbox';
import { freePorts } from '../ports';
import { RawImap } from '../raw-imap';
import type { World } from './world';

/** Each has a mailbox of its own: one for each suite of a test file. */
export const USERS = ['reads', 'changes', 'pop3', 'probes', 'alice'] as const;
export type User = (typeof USERS)[number];
export const PASSWORD = 'alice-secret';

export type Ports = Record<'imap' | 'imaps' | 'pop3' | 'pop3s', number>;

/** A real IMAP and POP3 server on loopback, with a mailbox for each of `USERS`, whose password is `PASSWORD`. */
export interface MailServer {
  host: 'localhost';
  ports: Ports;
  /** Certificate (PEM) of the authority to trust. */
  ca: string;
  /** What the server wants before the name of each folder: nothing, or e.g. `INBOX.`. */
  prefix: string;
  /** The name to log in with. */
  login(user: User): string;
  /** Another client's connection, for what only the server is to show. */
  raw(user: User): Promise<RawImap>;
  /** From outside, in this order; the folder is made where it is not there. */
  deliver(user: User, folder: string, messages: readonly Delivery[]): Promise<void>;
  /** Ends all connections, and listens on the same ports again, with the same mail. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function choosePorts(): Promise<Ports> {
  const [imap = 0, imaps = 0, pop3 = 0, pop3s = 0] = await freePorts(4);
  return { imap, imaps, pop3, pop3s };
}

interface Setup {
  ports: Ports;
  /** The shell command that runs the server. */
  command: string;
  prefix?: string;
  /** The name that a user logs in with. */
  login: (user: User) => string;
  /** Commands for each mailbox before it is used. */
  prepare?: readonly string[];
}

/** Runs a server that has been set up in the world. */
export async function runMailServer(
  world: World,
  { ports, command, prefix = '', login, prepare = [] }: Setup,
): Promise<MailServer> {
  const start = async () => await world.start(command, Object.values(ports));
  const raw = async (user: User) => await RawImap.open(ports.imap, login(user), PASSWORD);
  await start();
  // Some make a mailbox at the first login over IMAP only.
  await Promise.all(
    USERS.map(async (user) => {
      const client = await raw(user);
      for (const line of prepare) await client.ok(line);
      await client.close();
    }),
  );
  return {
    host: 'localhost',
    ca: world.certificate.ca,
    ...{ ports, prefix, login, raw },
    deliver: async (user, folder, messages) => {
      const client = await raw(user);
      await client.deliver(folder, messages);
      await client.close();
    },
    restart: async () => {
      await world.halt();
      await start();
    },
    stop: world.stop,
  };
}
