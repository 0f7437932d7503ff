import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Protocol } from '../../../mail/account/providers';
import type { SessionSettings } from '../../../mail/account/session-settings';
import { ConnectionLimit } from '../../../mail/async/connection-limit';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import type { MailClient } from '../../../mail/model/client';
import { openClient } from '../../../mail/session/open-client';
import { Session } from '../../../mail/session/session';
import { ewsSettings } from '../../contract/ews-lab';
import { graphSettings, token } from '../../contract/graph-lab';
import { issueCertificate, type ServerCertificate } from '../../servers/authority';
import { startDovecot } from '../../servers/dovecot';
import { startEws } from '../../servers/exchange/ews';
import { startGraph } from '../../servers/graph/graph';
import { deliver } from '../../servers/mailbox';
import { startRelay } from '../../servers/relay';
import { PATIENCE } from '../seed';
import { startFaultProxy, type FaultProxy } from './fault-proxy';
import type { Wire } from './kinds';
import { SEED } from './operations';
import { snapshotOf, type Snapshot } from './snapshot';

/** Short, as most faults are a wait. Milliseconds. */
const TIMEOUTS = { connect: 2500 * PATIENCE, command: 800 * PATIENCE, idle: 60_000 };
/** For who only looks. */
const PATIENT = { connect: 20_000, command: 20_000, idle: 60_000 };

/** One account with a mailbox as `SEED` has it, that nobody else uses. */
export interface Account {
  address: string;
  /** Through the place's proxies. */
  session(): Session;
  /** Past them. */
  snapshot(): Promise<Snapshot>;
}

/** Where one operation at a time meets a fault: a proxy for each of the servers that it speaks to. */
export interface Place {
  lanes: FaultProxy[];
  account(): Promise<Account>;
  stop(): Promise<void>;
}

/** Servers that many accounts are at. */
export interface Lab {
  place(): Promise<Place>;
  stop(): Promise<void>;
}

interface Server {
  /** Its ports: where mail is read, and where it is sent. */
  targets: Array<{ port: number; tls: boolean; wire: Wire }>;
  /** Puts the seed into an account's mailbox. */
  fill(name: string): Promise<void>;
  /** By the ports of the proxies, or of the servers themselves. */
  settings(name: string, ports: number[], ca: string): SessionSettings;
  witness(name: string): Promise<MailClient>;
  sent(name: string): string[];
  stop(): Promise<void>;
}

let made = 0;

export async function startLab(protocol: Protocol): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), 'faults-'));
  const certificate = issueCertificate(dir);
  const server = await SERVERS[protocol](certificate);
  const place = async (): Promise<Place> => {
    const lanes = await Promise.all(server.targets.map((target) => startFaultProxy(target, certificate)));
    const ports = lanes.map(({ port }) => port);
    return {
      lanes,
      account: async () => {
        const name = `u${made++}@example.test`;
        await server.fill(name);
        return {
          address: name,
          session: () =>
            new Session(
              'faults',
              server.settings(name, ports, certificate.ca),
              openClient,
              new ConnectionLimit(),
            ),
          snapshot: async () => {
            const witness = await server.witness(name);
            try {
              return await snapshotOf(witness, server.sent(name), protocol !== 'pop3');
            } finally {
              await witness.close();
            }
          },
        };
      },
      stop: async () => void (await Promise.all(lanes.map((lane) => lane.stop()))),
    };
  };
  return {
    place,
    stop: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const subjectIn = (raw: Buffer): string => /^Subject: (.*?)\r?$/m.exec(raw.toString('latin1'))?.[1] ?? '';
const PASSWORD = 'secret';
/** More than any run tries. */
const ACCOUNTS = 6000;
const names = Array.from({ length: ACCOUNTS }, (_, i) => `u${i}@example.test`);

const dovecotServer =
  (protocol: 'imap' | 'pop3') =>
  async (certificate: ServerCertificate): Promise<Server> => {
    const relay = await startRelay();
    const dovecot = await startDovecot({
      certificate,
      users: Object.fromEntries(names.map((name) => [name, PASSWORD])),
      submission: { relayPort: relay.port },
    });
    const { imap, pop3, submission } = dovecot.ports;
    const settings = (name: string, [port = 0, sending = 0]: number[], ca: string): SessionSettings => ({
      ...{ provider: 'other', protocol, authentication: 'basic' },
      server: { host: 'localhost', port, security: 'tls', caCertificate: ca },
      submission: { host: 'localhost', port: sending, security: 'tls', caCertificate: ca },
      authenticator: new BasicAuthenticator(name, PASSWORD),
      timeouts: TIMEOUTS,
    });
    return {
      targets: [
        { port: protocol === 'imap' ? imap : pop3, tls: false, wire: protocol },
        { port: submission, tls: false, wire: 'smtp' },
      ],
      fill: async (name) => {
        for (const [folder, messages] of Object.entries(SEED)) {
          if (protocol === 'imap' || folder === 'INBOX') deliver(dovecot, name, folder, [...messages]);
        }
        await Promise.resolve();
      },
      settings,
      witness: async (name) =>
        await openClient({
          ...settings(name, [imap], ''),
          protocol: 'imap',
          server: { host: 'localhost', port: imap, security: 'none' },
          timeouts: PATIENT,
        } as SessionSettings),
      sent: (name) => relay.messages.filter(({ from }) => from === name).map(({ raw }) => subjectIn(raw)),
      stop: async () => {
        await dovecot.stop();
        await relay.stop();
      },
    };
  };

/** The tests' own servers with mailboxes of Exchange's. */
const fillExchange = async (
  server: { mailbox(address: string): { deliver(folder: string, messages: Buffer[]): Promise<unknown> } },
  name: string,
): Promise<void> => {
  for (const [folder, messages] of Object.entries(SEED))
    await server.mailbox(name).deliver(folder === 'INBOX' ? 'Inbox' : folder, [...messages]);
};

const proxied = <T extends SessionSettings>(settings: T, port: number, ca: string): T => ({
  ...settings,
  server: { ...settings.server, port, caCertificate: ca },
  timeouts: TIMEOUTS,
});

const ewsServer = async (certificate: ServerCertificate): Promise<Server> => {
  const accounts = names.map((name) => ({ user: name, domain: '', password: PASSWORD }));
  const server = await startEws({ accounts, certificate });
  const url = new URL(server.url);
  const settings = (name: string, [port = 0]: number[], ca: string): SessionSettings => {
    const plain = ewsSettings(server, 'basic', name);
    const there = new URL(url);
    there.port = String(port);
    return { ...proxied(plain, port, ca), ews: { ...plain.ews, url: there } } as SessionSettings;
  };
  return {
    targets: [{ port: Number(url.port), tls: true, wire: 'http' }],
    fill: async (name) => await fillExchange(server, name),
    settings,
    witness: async (name) =>
      await openClient({ ...settings(name, [Number(url.port)], certificate.ca), timeouts: PATIENT }),
    sent: (name) => server.sent.filter(({ from }) => from.includes(name)).map(({ raw }) => subjectIn(raw)),
    stop: async () => await server.stop(),
  };
};

const graphServer = async (certificate: ServerCertificate): Promise<Server> => {
  const server = await startGraph({
    certificate,
    introspect: async (accessToken) => await Promise.resolve({ address: accessToken }),
  });
  const own = Number(new URL(server.url).port);
  const settings = (name: string, [port = 0]: number[], ca: string): SessionSettings => {
    const plain = graphSettings(server, {}, token(name, name));
    const there = new URL(plain.graph.url);
    there.port = String(port);
    return { ...proxied(plain, port, ca), graph: { ...plain.graph, url: there } } as SessionSettings;
  };
  return {
    targets: [{ port: own, tls: true, wire: 'http' }],
    fill: async (name) => await fillExchange(server, name),
    settings,
    witness: async (name) =>
      await openClient({ ...settings(name, [own], certificate.ca), timeouts: PATIENT }),
    sent: (name) => server.sent.filter(({ from }) => from.includes(name)).map(({ raw }) => subjectIn(raw)),
    stop: async () => await server.stop(),
  };
};

const SERVERS: Readonly<Record<Protocol, (certificate: ServerCertificate) => Promise<Server>>> = {
  imap: dovecotServer('imap'),
  pop3: dovecotServer('pop3'),
  ews: ewsServer,
  graph: graphServer,
};
