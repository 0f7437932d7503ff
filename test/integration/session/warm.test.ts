import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { SessionSettings, Timeouts } from '../../../mail/account/session-settings';
import { MAX_CONNECTIONS } from '../../../mail/async/max-connections';
import type { Authenticator } from '../../../mail/auth/authenticator';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import type { SessionReport } from '../../../mail/session/observer';
import { openClient } from '../../../mail/session/open-client';
import { SessionRegistry } from '../../../mail/session/registry';
import type { Session } from '../../../mail/session/session';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { deliver, mail } from '../../servers/mailbox';
import { startRelay, type Relay } from '../../servers/relay';
import { sleep, waitFor } from '../../servers/wait';
import { startWire, type Wire } from '../../servers/wire';
import { ALICE, BOB, settingsFor } from '../fixture';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const KEEP = 5000;

describe('a connection that is kept after its run', () => {
  let relay: Relay;
  let dovecot: Dovecot;
  let wire: Wire;
  let registry: SessionRegistry;
  let loginsBefore: number;
  let reports: SessionReport[];
  let runs = 0;

  interface Login {
    user?: string;
    password?: string;
    authenticator?: Authenticator;
    timeouts?: Partial<Timeouts>;
  }

  const settings = ({ authenticator, timeouts, ...login }: Login = {}): SessionSettings => {
    const at = { port: wire.port, security: 'none', timeouts: { keep: KEEP, ...timeouts } } as const;
    const chosen = settingsFor(dovecot, { ...at, ...login });
    return authenticator ? { ...chosen, authenticator } : chosen;
  };

  const open = async (run: string, login?: Login) =>
    await registry.open(run, 'Default', settings(login), 'reuse', {
      observer: (report) => reports.push(report),
    });

  const subjects = async (session: Session) =>
    await session.use(
      async (client) =>
        (await client.listMessages('INBOX', {}, { content: false }, 50)).map(({ subject }) => subject),
      { repeatable: true },
    );

  /** A whole run of a workflow. */
  const run = async (login?: Login) => {
    const id = `run ${++runs}`;
    const session = await open(id, login);
    const found = await subjects(session);
    await registry.closeRun(id);
    return found;
  };

  /** Far less than the time for which connections are kept. */
  const closed = async () => await waitFor('no connection', () => wire.open === 0, 1000);
  const logins = () => dovecot.logins() - loginsBefore;
  const events = () => reports.map(({ event }) => event.type);

  beforeAll(async () => {
    relay = await startRelay();
    dovecot = await startDovecot({ submission: { relayPort: relay.port } });
    relay.deliverTo(dovecot);
    deliver(dovecot, ALICE, 'INBOX', [mail({ subject: 'for alice' })]);
    deliver(dovecot, BOB, 'INBOX', [mail({ subject: 'for bob' })]);
  });
  beforeEach(async () => {
    wire = await startWire(dovecot.ports.imap);
    registry = new SessionRegistry(openClient);
    loginsBefore = dovecot.logins();
    reports = [];
  });
  afterEach(async () => {
    delete process.env[MAX_CONNECTIONS];
    // Closes those that are kept.
    await wire.stop();
    await waitFor('all connections to close', () => dovecot.connections() === 0);
  });
  afterAll(async () => {
    await dovecot?.stop();
    await relay?.stop();
  });

  it('serves a hundred runs in a row with one login', async () => {
    for (let n = 0; n < 100; n++) expect(await run()).toEqual(['for alice']);
    expect([logins(), wire.opened]).toEqual([1, 1]);
    expect(events().filter((type) => type === 'login')).toHaveLength(1);
    expect(events().filter((type) => type === 'taken')).toHaveLength(99);
  });

  it('serves a burst of runs with one login for each connection that they may have', async () => {
    process.env[MAX_CONNECTIONS] = '3';
    const found = await Promise.all(Array.from({ length: 40 }, async () => await run()));
    expect(found.every((subjects) => subjects[0] === 'for alice')).toBe(true);
    expect([logins(), wire.opened]).toEqual([3, 3]);
  });

  it('leaves the folder, so that the next run sees what it would see after a login', async () => {
    await run();
    expect(wire.commands.at(-1)).toMatch(/^UNSELECT/);
    deliver(dovecot, ALICE, 'INBOX', [mail({ subject: 'later' })]);
    expect(await run()).toEqual(['later', 'for alice']);
    expect(wire.commands.filter((command) => command.startsWith('SELECT'))).toHaveLength(2);
    expect(wire.commands.filter((command) => /^(CLOSE|EXPUNGE)/.test(command))).toEqual([]);
  });

  it('is closed when its time is over', async () => {
    await run({ timeouts: { keep: 200 } });
    expect(wire.open).toBe(1);
    await waitFor('the end of its time', () => wire.open === 0, 1000);
  });

  it('is kept for its whole time, even where sessions give up an idle connection early', async () => {
    await run({ timeouts: { connect: 500, command: 500, idle: 100, keep: KEEP } });
    await sleep(1500);
    expect(wire.open).toBe(1);
    await run({ timeouts: { connect: 500, command: 500, idle: 100, keep: KEEP } });
    expect(logins()).toBe(1);
  });

  it('is not kept unless the session asks for it', async () => {
    await run({ timeouts: { keep: 0 } });
    await closed();
    expect(reports.at(-1)?.event).toMatchObject({ type: 'closed', reason: 'run ended', isKept: false });
  });

  it('is not for another account, other settings, or the same account with another secret', async () => {
    await run();
    expect(await run({ user: BOB })).toContain('for bob');
    await run({ timeouts: { command: 1900 } });
    await expect(run({ password: 'not the password' })).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
    expect(events().filter((type) => type === 'taken')).toEqual([]);
    expect(logins()).toBe(3);
  });

  it('is not for a session whose token was renewed in between', async () => {
    // As a credential whose token n8n keeps: the fingerprint stays the same.
    const withSecret = (pass: string): Authenticator => ({
      account: ALICE,
      fingerprint: 'the credential',
      login: async () => await Promise.resolve({ user: ALICE, pass }),
    });
    await run({ authenticator: withSecret(dovecot.users[ALICE]!) });
    await expect(run({ authenticator: withSecret('a newer one') })).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
    await waitFor('the old connection to close', () => wire.open === 0);
  });

  it('serves one run at a time', async () => {
    await run();
    const [first, second] = [await open('a'), await open('b')];
    await Promise.all([subjects(first), subjects(second)]);
    expect(wire.open).toBe(2);
    await Promise.all([registry.closeRun('a'), registry.closeRun('b')]);
    const again = [await open('c'), await open('d')];
    for (const one of again) expect(await subjects(one)).toContain('for alice');
    expect([logins(), wire.open]).toEqual([2, 2]);
    await Promise.all([registry.closeRun('c'), registry.closeRun('d')]);
  });

  it('is one of at most two of its account, so that other processes get theirs', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const sessions = await Promise.all(names.map(async (name) => await open(name)));
    for (const one of sessions) await subjects(one);
    expect(wire.open).toBe(4);
    await Promise.all(names.map(async (name) => await registry.closeRun(name)));
    await waitFor('the others to close', () => wire.open === 2);
  });

  it('is out of reach for the session that had it', async () => {
    const before = await open('a');
    await registry.closeRun('a');
    const after = await open('b');
    await expect(subjects(before)).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
    await before.close();
    expect(registry.find('b', 'Default')).toBe(after);
    expect(await subjects(after)).toContain('for alice');
    expect(logins()).toBe(1);
    await registry.closeRun('b');
  });

  it.each(['dropAll', 'resetAll'] as const)(
    'is replaced without an error if it broke in the meantime (%s)',
    async (loss) => {
      await run();
      wire[loss]();
      expect(await run()).toContain('for alice');
      await run();
      await waitFor('the drop', () => wire.open === 1);
      wire[loss]();
      await waitFor('the drop', () => wire.open === 0);
      expect(await run()).toContain('for alice');
      expect(logins()).toBe(3);
    },
  );

  it('is not kept after a run that was cancelled, or whose work was still going on', async () => {
    const cancelled = await open('a');
    await subjects(cancelled);
    await registry.closeRun('a', { isCancelled: true });
    await closed();
    const busy = await open('b');
    const working = busy.use(async () => await sleep(100), { repeatable: false });
    await registry.closeRun('b');
    await closed();
    await working.catch(() => {});
    expect(reports.filter(({ event }) => event.type === 'closed').map(({ event }) => event)).toMatchObject([
      { type: 'closed', reason: 'run cancelled', isKept: false },
      { type: 'closed', reason: 'run ended', isKept: false },
    ]);
  });

  it('is not kept when a download was left unread', async () => {
    const session = await open('a');
    await session.use(
      async (client) => {
        const [id] = await client.findMessages('INBOX', {}, 1);
        await client.openMessage(id!);
      },
      { repeatable: true },
    );
    await registry.closeRun('a');
    await closed();
  });

  it('is not kept after Email Disconnect', async () => {
    await open('a');
    await registry.close('a', 'Default');
    await closed();
  });

  it('counts in the limit of its account, and is the first to be given up', async () => {
    process.env[MAX_CONNECTIONS] = '2';
    const idle = await open('a', { timeouts: { command: 1900 } });
    await subjects(idle);
    await run();
    expect(wire.open).toBe(2);
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, wire.open)), 1);
    // With other settings, so that it cannot use the one that is kept.
    const other = await open('b', { timeouts: { command: 1800 } });
    await subjects(other);
    clearInterval(watch);
    expect(most).toBe(2);
    // The session that was idle still has its connection.
    await subjects(idle);
    expect(logins()).toBe(3);
    await Promise.all([registry.closeRun('a'), registry.closeRun('b')]);
    expect(wire.open).toBe(2);
  });

  it('is not kept while others wait for a connection', async () => {
    process.env[MAX_CONNECTIONS] = '1';
    const first = await open('a');
    let end = () => {};
    const working = first.use(async () => await new Promise<void>((resolve) => (end = resolve)), {
      repeatable: false,
    });
    const second = run({ timeouts: { command: 1900 } });
    await sleep(50);
    end();
    await working;
    await registry.closeRun('a');
    expect(await second).toContain('for alice');
    expect(logins()).toBe(2);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 50])(
    'is not lost if the run that waits for it is cancelled at that moment (%s steps later)',
    async (steps) => {
      process.env[MAX_CONNECTIONS] = '1';
      await open('a');
      const waiting = open('b').catch(() => {});
      await waitFor('the wait', () => events().includes('waiting'));
      const cancelled = (async () => {
        await waitFor('the end of the first run', () => events().includes('closed'), 1000, 0);
        for (let n = 0; n < steps; n++) await Promise.resolve();
        await registry.closeRun('b', { isCancelled: true });
      })();
      await Promise.all([registry.closeRun('a'), cancelled, waiting]);
      expect(await run()).toContain('for alice');
      expect(wire.open).toBe(1);
    },
  );

  it('holds nothing of the run that it served', async () => {
    let context: object | undefined = { data: 'of the whole run' };
    const gone = new WeakRef(context);
    const password = dovecot.users[ALICE]!;
    const authenticator = (held: object): Authenticator => ({
      account: ALICE,
      fingerprint: 'the credential',
      login: async () => await Promise.resolve({ user: ALICE, pass: password, ...(held && {}) }),
    });
    await run({ authenticator: authenticator(context) });
    reports = [];
    context = undefined;
    await waitFor('the run to be collected', () => {
      collectGarbage();
      return gone.deref() === undefined;
    });
    expect(wire.open).toBe(1);
    expect(await run({ authenticator: authenticator({}) })).toContain('for alice');
    expect(logins()).toBe(1);
  });

  it('keeps the connection for sending too', async () => {
    const before = dovecot.smtpLogins();
    const base = settings({ timeouts: { keep: 1500 } });
    const submission = {
      ...{ host: 'localhost', port: dovecot.ports.submission, security: 'starttls' as const },
      caCertificate: dovecot.ca,
    };
    for (let n = 0; n < 3; n++) {
      const session = await registry.open(`${n}`, 'Default', { ...base, submission } as never, 'reuse');
      await session.use(
        async (client) =>
          await client.send(
            { from: ALICE, to: ALICE, subject: `sent ${n}`, text: 'Hello' },
            { saveToSent: 'never' },
          ),
        { repeatable: false },
      );
      await registry.closeRun(`${n}`);
    }
    expect(dovecot.smtpLogins() - before).toBe(1);
    expect(logins()).toBe(1);
  });

  it.each([false, true])(
    'does not stand in the way of a session that sends, where one is all that an account may have (lost: %s)',
    async (isLost) => {
      process.env[MAX_CONNECTIONS] = '1';
      await run();
      const submission = {
        ...{ host: 'localhost', port: dovecot.ports.submission, security: 'starttls' as const },
        caCertificate: dovecot.ca,
      };
      const send = async (id: string) => {
        const sending = { ...settings({ timeouts: { connect: 5000 } }), submission };
        const session = await registry.open(id, 'Default', sending as never, 'reuse');
        const sent = await session.use(
          async (client) => {
            await client.findMessages('INBOX', {}, 1);
            if (isLost) wire.dropAll();
            return await client.send(
              { from: ALICE, to: ALICE, subject: 'sent', text: 'Hello' },
              { saveToSent: 'always' },
            );
          },
          { repeatable: false },
        );
        await registry.closeRun(id);
        return sent.sentCopy;
      };
      const started = Date.now();
      const copies = await Promise.all([send('a'), send('b'), send('c')]);
      expect(copies.map(({ saved }) => saved)).toEqual([true, true, true]);
      expect(Date.now() - started).toBeLessThan(3000);
    },
  );

  it('is never one of POP3, which holds a lock and a snapshot', async () => {
    const before = dovecot.connections();
    const pop = settingsFor(dovecot, { port: dovecot.ports.pop3s, timeouts: { keep: KEEP } });
    const session = await registry.open('a', 'Default', { ...pop, protocol: 'pop3' }, 'reuse');
    await subjects(session);
    await registry.closeRun('a');
    await waitFor('the connection to close', () => dovecot.connections() === before, 1000);
  });

  it('is of the account and secret, also where two runs have the same session name', async () => {
    const mine = { authenticator: new BasicAuthenticator(ALICE, dovecot.users[ALICE]!) };
    for (let n = 0; n < 5; n++) {
      const [alice, bob] = await Promise.all([run(mine), run({ user: BOB })]);
      expect(alice).not.toContain('for bob');
      expect(bob).toEqual(['for bob']);
    }
    expect(logins()).toBe(2);
  });
});
