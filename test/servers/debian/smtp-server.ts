import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePorts } from '../ports';
import type { World } from './world';

export const SENDER = 'alice@example.test';
export const SENDER_PASSWORD = 'alice-secret';
/** Bytes of the largest message that it takes. */
export const SIZE_LIMIT = 300_000;
/** Recipients of one message that it takes; the next one gets a 452. */
export const RECIPIENT_LIMIT = 5;

/**
 * What a server offers on each of its ports: STARTTLS and a login after it; TLS from the start; a login in clear;
 * a login in clear without 8BITMIME and SMTPUTF8.
 */
export type SmtpPort = 'starttls' | 'tls' | 'clear' | 'old';

/**
 * A real SMTP server on loopback. `SENDER` logs in with `SENDER_PASSWORD`. It delivers to the `RECIPIENTS`, and
 * refuses what `REFUSED` names; any other local part of example.test is unknown.
 */
export interface SmtpServer {
  host: 'localhost';
  ports: Partial<Record<SmtpPort, number>>;
  /** Certificate (PEM) of the authority to trust. */
  ca: string;
  /** What has been delivered to the local part of an address, in any order. */
  delivered(recipient: string): Buffer[];
  /** Ends all connections, and listens on the same ports again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Local parts that get mail. The last ones are for the limit on recipients. */
export const RECIPIENTS = ['alice', 'bob', 'carol', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8'] as const;

/** Local parts, and when they are refused and how. */
export const REFUSED = {
  recipient: {
    grey: '450 4.7.1 Greylisted, come back in 300 seconds',
    full: '552 5.2.2 Mailbox full',
  },
  /** At MAIL, RCPT or DATA, as the server pleases; these are senders that alice may be. */
  sender: {
    banned: '550 5.7.1 Banned sender',
    delayed: '451 4.7.0 Not now',
  },
  /** After the whole message. */
  content: {
    spam: '554 5.7.1 Refused after DATA',
    later: '451 4.7.1 Come later after DATA',
  },
} as const;

export async function chooseSmtpPorts(): Promise<Record<SmtpPort, number>> {
  const [starttls = 0, tls = 0, clear = 0, old = 0] = await freePorts(4);
  return { starttls, tls, clear, old };
}

interface Setup {
  /** The shell command that runs the server. */
  command: string;
  ports: SmtpServer['ports'];
  /** Where it listens, if not on these. */
  listens?: readonly number[];
  /** The maildir that the mail for a local part goes to. */
  maildir: (recipient: string) => string;
}

/** Runs a server that has been set up in the world. */
export async function runSmtpServer(
  world: World,
  { command, ports, listens = Object.values(ports), maildir }: Setup,
): Promise<SmtpServer> {
  const start = async () => await world.start(command, listens);
  await start();
  return {
    host: 'localhost',
    ca: world.certificate.ca,
    ports,
    delivered: (recipient) => {
      const folder = join(maildir(recipient), 'new');
      return existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file))) : [];
    },
    restart: async () => {
      await world.halt();
      await start();
    },
    stop: world.stop,
  };
}

export const address = (local: string): string => `${local}@example.test`;
