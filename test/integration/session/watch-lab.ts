import type { SessionSettings } from '../../../mail/account/session-settings';
import type { Authenticator } from '../../../mail/auth/authenticator';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings } from '../../contract/graph-lab';
import type { Session } from '../../../mail/session/session';
import { startDovecot, type Dovecot, type DovecotOptions } from '../../servers/dovecot';
import type { ExchangeMailbox } from '../../servers/exchange/mailbox';
import { startEws, type EwsServer } from '../../servers/exchange/ews';
import { startGraph, type GraphServer } from '../../servers/graph/graph';
import { deliver, mail, renumber } from '../../servers/mailbox';
import { startWire, type Wire } from '../../servers/wire';
import { ALICE, sessionOf, settingsFor } from '../fixture';

type Faults = Readonly<Record<string, () => Promise<void> | void>>;

/** An account whose inbox is watched, and all that can go wrong with it. */
export interface WatchLab {
  /** Each as in a process of its own. */
  session(): Session;
  deliver(...subjects: string[]): Promise<void>;
  /** Each happens once. */
  faults: Faults;
  /** How many requests or commands the server got so far. */
  requests(): string[];
  stop(): Promise<void>;
}

export interface DovecotWatchLab extends WatchLab {
  dovecot: Dovecot;
  wire: Wire;
}

/** Short where a fault has to be waited for, and long enough for a busy machine. */
const TIMEOUTS = { connect: 10_000, command: 3000, idle: 1000 };

const open: Session[] = [];
const opened = (settings: SessionSettings): Session => {
  const session = sessionOf(settings);
  open.push(session);
  return session;
};
const closeAll = async () => {
  await Promise.all(open.splice(0).map(async (session) => await session.close()));
};

export async function startDovecotWatch(
  protocol: 'imap' | 'pop3',
  options: DovecotOptions = {},
): Promise<DovecotWatchLab> {
  const dovecot = await startDovecot(options);
  const wire = await startWire(dovecot.ports[protocol]);
  const settings = {
    ...settingsFor(dovecot, { port: wire.port, security: 'none', timeouts: TIMEOUTS }),
    protocol,
  };
  return {
    dovecot,
    wire,
    session: () => opened(settings as SessionSettings),
    deliver: async (...subjects) => {
      deliver(
        dovecot,
        ALICE,
        'INBOX',
        subjects.map((subject) => mail({ subject })),
      );
      await Promise.resolve();
    },
    faults: {
      'a cut connection': () => wire.dropAll(),
      'a connection that is reset': () => wire.resetAll(),
      'a connection that is half open': () => wire.deafen(),
      'a goodbye of the server': async () => {
        // Over POP3, mostly nobody is logged in.
        await dovecot.kick(ALICE).catch(() => {});
      },
      'a restart of the server': async () => await dovecot.restart(),
      'new UIDs for all messages': async () => await dovecot.restart(() => renumber(dovecot, ALICE, 'INBOX')),
    },
    requests: () => wire.commands,
    stop: async () => {
      await closeAll();
      await wire.stop();
      await dovecot.stop();
    },
  };
}

const fill = async (mailbox: ExchangeMailbox, subjects: readonly string[]) =>
  await mailbox.deliver(
    'Inbox',
    subjects.map((subject) => mail({ subject })),
  );

const httpFaults = (
  server: {
    faults: {
      push(fault: { kind: 'drop' | 'dropInBody' | 'stall' } | { kind: 'status'; status: number }): unknown;
    };
  },
  mailbox: ExchangeMailbox,
): Faults => ({
  'a cut connection': () => void server.faults.push({ kind: 'drop' }),
  'a reply that is cut off': () => void server.faults.push({ kind: 'dropInBody' }),
  'a request that is never answered': () => void server.faults.push({ kind: 'stall' }),
  'a failure of the server': () => void server.faults.push({ kind: 'status', status: 500 }),
  'a lost sync state': () => mailbox.snapshots.forget(),
});

export async function startEwsWatch(): Promise<WatchLab & { server: EwsServer; mailbox: ExchangeMailbox }> {
  const server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
  const mailbox = server.mailbox(ADA);
  const settings = { ...ewsSettings(server), timeouts: TIMEOUTS };
  return {
    ...{ server, mailbox },
    session: () => opened(settings),
    deliver: async (...subjects) => await fill(mailbox, subjects),
    faults: httpFaults(server, mailbox),
    requests: () => server.operations,
    stop: async () => {
      await closeAll();
      await server.stop();
      if (server.problems.length > 0) throw new Error(server.problems.join('\n').slice(0, 3000));
    },
  };
}

/** One for each protocol. */
export const WATCH_LABS: ReadonlyArray<[name: string, start: () => Promise<WatchLab>]> = [
  ['IMAP', async () => await startDovecotWatch('imap')],
  ['POP3', async () => await startDovecotWatch('pop3')],
  ['EWS', async () => await startEwsWatch()],
  ['Graph', async () => await startGraphWatch()],
];

/** So many subjects. */
export const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${name} ${n + 1}`);

export async function startGraphWatch(): Promise<
  WatchLab & { server: GraphServer; mailbox: ExchangeMailbox }
> {
  let token = 1;
  const server = await startGraph({
    introspect: async (given) =>
      await Promise.resolve(given === `token-${token}` ? { address: ADA } : undefined),
  });
  const mailbox = server.mailbox(ADA);
  let kept = `token-${token}`;
  const authenticator: Authenticator = {
    account: ADA,
    fingerprint: 'ada',
    // The token that is kept, until the server refuses it.
    login: async ({ refused } = {}) => {
      if (refused === kept) kept = `token-${token}`;
      return await Promise.resolve({ user: ADA, accessToken: kept });
    },
  };
  const settings = { ...graphSettings(server, {}, authenticator), timeouts: TIMEOUTS };
  return {
    ...{ server, mailbox },
    session: () => opened(settings),
    deliver: async (...subjects) => await fill(mailbox, subjects),
    faults: {
      ...httpFaults(server, mailbox),
      'an expired token': () => {
        token++;
      },
    },
    requests: () => server.requests,
    stop: async () => {
      await closeAll();
      await server.stop();
      if (server.problems.length > 0) throw new Error(server.problems.join('\n').slice(0, 3000));
    },
  };
}
