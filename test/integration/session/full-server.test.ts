import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

import { ConnectionLimit } from '../../../mail/async/connection-limit';
import { openClient } from '../../../mail/session/open-client';
import { SessionRegistry } from '../../../mail/session/registry';
import type { Session } from '../../../mail/session/session';
import { waitForMessages } from '../../../mail/session/wait';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { deliver, mail } from '../../servers/mailbox';
import { sleep, waitFor } from '../../servers/wait';
import { startWire, type Wire } from '../../servers/wire';
import { ALICE, sessionOf, settingsFor } from '../fixture';

/** A real server that takes two connections from an account. */
const MOST = 2;

let dovecot: Dovecot;
let wire: Wire;
const open: Session[] = [];

const session = (connect: number, limit?: ConnectionLimit): Session => {
  const settings = settingsFor(dovecot, { port: wire.port, security: 'none', timeouts: { connect } });
  const created = sessionOf(settings, limit);
  open.push(created);
  return created;
};

/** Work that takes this many milliseconds. */
const workOn = async (one: Session, milliseconds: number) =>
  await one.use(
    async (client) => {
      await client.findMessages('INBOX', {}, 1);
      await sleep(milliseconds);
    },
    { repeatable: true },
  );

beforeAll(async () => {
  dovecot = await startDovecot({ extraConfig: `mail_max_userip_connections = ${MOST}` });
  wire = await startWire(dovecot.ports.imap);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (one) => await one.close()));
  await waitFor('all connections to close', () => wire.open === 0);
});
afterAll(async () => {
  await wire?.stop();
  await dovecot?.stop();
});

it('is waited for: twelve runs on two connections all finish, and the server is not stormed', async () => {
  const limit = new ConnectionLimit(8);
  const before = wire.opened;
  await Promise.all(
    Array.from({ length: 12 }, async () => {
      const one = session(20_000, limit);
      await workOn(one, 100);
      await one.close();
    }),
  );
  // Eight ask at first, and then one at a time: at most three times for each that waits.
  expect(wire.opened - before).toBeLessThan(12 + 8 + 2 * 10);
});

it('passes its connections on from run to run, so that nobody has to log in again', async () => {
  const registry = new SessionRegistry(openClient);
  const before = wire.opened;
  const settings = settingsFor(dovecot, {
    ...{ port: wire.port, security: 'none' },
    timeouts: { connect: 20_000, keep: 200 },
  });
  await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const one = await registry.open(`${index}`, 'Default', settings, 'reuse');
      await workOn(one, 50);
      await registry.closeRun(`${index}`);
    }),
  );
  // Eight asked at once, and two of them got in.
  expect(wire.opened - before).toBe(8);
});

it('takes the connection of a session that is idle, at once', async () => {
  const limit = new ConnectionLimit(8);
  const idle = [session(5000, limit), session(5000, limit)];
  for (const one of idle) await workOn(one, 0);
  const started = Date.now();
  await workOn(session(5000, limit), 0);
  expect(Date.now() - started).toBeLessThan(2500);
  await workOn(idle[0]!, 0);
});

it('is waited for until Connect Timeout, and then the error says so', async () => {
  const limits = [new ConnectionLimit(8), new ConnectionLimit(8)];
  const busy = [session(5000, limits[0]), session(5000, limits[0])];
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const working = busy.map(async (one) => await one.use(async () => await finished, { repeatable: false }));
  await waitFor('two connections', () => wire.open === MOST);
  await sleep(100);
  const started = Date.now();
  // As in another worker, which has a limit of its own.
  await expect(session(1500, limits[1]).open()).rejects.toMatchObject({
    code: 'CONNECTION_LIMIT',
    message: expect.stringMatching(/allows no more connections from this account/),
    description: expect.stringMatching(/^n8n waited [12] seconds? for a connection\. Close other programs/),
  });
  expect(Date.now() - started).toBeGreaterThanOrEqual(1490);
  expect(Date.now() - started).toBeLessThan(4000);
  finish();
  await Promise.all(working);
});

it('a Wait for Message whose connection is wanted gives it up, and finds what came in the meantime', async () => {
  const limit = new ConnectionLimit(1);
  const waiting = session(5000, limit);
  const found = waitForMessages(waiting, {
    ...{ folder: 'INBOX', query: {}, wanted: { content: false }, includeExisting: false, timeout: 10_000 },
  });
  await waitFor('the first connection', () => wire.commands.some((command) => command.includes('IDLE')));
  const other = session(3000, limit);
  await other.use(
    async (client) => {
      await client.findMessages('INBOX', {}, 1);
      deliver(dovecot, ALICE, 'INBOX', [mail({ subject: 'while another worked' })]);
    },
    { repeatable: true },
  );
  expect((await found).map(({ subject }) => subject)).toEqual(['while another worked']);
});

it('a Wait for Message gets its connection back, even if others need it for longer than Connect Timeout', async () => {
  const limit = new ConnectionLimit(1);
  const before = wire.commands.length;
  const found = waitForMessages(session(1000, limit), {
    ...{ folder: 'INBOX', query: {}, wanted: { content: false }, includeExisting: false, timeout: 10_000 },
  });
  found.catch(() => {});
  await waitFor('the first look', () => wire.commands.slice(before).some((line) => line.includes('IDLE')));
  const other = session(3000, limit);
  await workOn(other, 2500);
  deliver(dovecot, ALICE, 'INBOX', [mail({ subject: 'after a long time' })]);
  expect((await found).map(({ subject }) => subject)).toEqual(['after a long time']);
});

it('a Wait for Message that does not get it back says so, and not that no mail came', async () => {
  const limit = new ConnectionLimit(1);
  const before = wire.commands.length;
  const found = waitForMessages(session(500, limit), {
    ...{ folder: 'INBOX', query: {}, wanted: { content: false }, includeExisting: false, timeout: 2000 },
  });
  found.catch(() => {});
  await waitFor('the first look', () => wire.commands.slice(before).some((line) => line.includes('IDLE')));
  const other = session(3000, limit);
  const [outcome] = await Promise.allSettled([found, workOn(other, 4000)]);
  expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CONNECTION_LIMIT' } });
});

it('the time of a Wait for Message starts with its first look, not in the queue', async () => {
  const limit = new ConnectionLimit(1);
  const busy = session(5000, limit);
  let finish = () => {};
  const working = busy.use(async () => await new Promise<void>((resolve) => (finish = resolve)), {
    repeatable: false,
  });
  await waitFor('the first connection', () => wire.open === 1);
  const started = Date.now();
  const found = waitForMessages(session(5000, limit), {
    ...{ folder: 'INBOX', query: {}, wanted: { content: false }, includeExisting: false, timeout: 1500 },
  });
  await sleep(1600);
  finish();
  await working;
  await sleep(700);
  deliver(dovecot, ALICE, 'INBOX', [mail({ subject: 'in time' })]);
  expect((await found).map(({ subject }) => subject)).toEqual(['in time']);
  expect(Date.now() - started).toBeGreaterThan(2200);
});

it('waits for mail share too few connections, all find their mail, and log in seldom', async () => {
  // A wait keeps its connection for five turns.
  const limit = new ConnectionLimit(2, 100);
  const before = dovecot.logins();
  const waits = [1, 2, 3].map(
    async () =>
      await waitForMessages(session(5000, limit), {
        ...{
          folder: 'INBOX',
          query: {},
          wanted: { content: false },
          includeExisting: false,
          timeout: 10_000,
        },
      }),
  );
  await waitFor('the third', () => dovecot.logins() - before >= 3, 3000);
  await sleep(1500);
  const count = dovecot.logins() - before;
  deliver(dovecot, ALICE, 'INBOX', [mail({ subject: 'for all three' })]);
  for (const found of await Promise.all(waits))
    expect(found.map(({ subject }) => subject)).toEqual(['for all three']);
  // Two connections, each handed on twice a second at most.
  expect(count).toBeLessThanOrEqual(3 + 2 * 5);
});

it('busy sessions share too few connections without a login for each task', async () => {
  const limit = new ConnectionLimit(2, 250);
  const before = dovecot.logins();
  const tasks = [0, 0, 0];
  const end = Date.now() + 1500;
  await Promise.all(
    tasks.map(async (_, index) => {
      const one = session(5000, limit);
      while (Date.now() < end) {
        await workOn(one, 2);
        tasks[index]!++;
      }
    }),
  );
  expect(Math.min(...tasks)).toBeGreaterThan(10);
  // Two connections, each handed on every 250 ms at most.
  expect(dovecot.logins() - before).toBeLessThanOrEqual(3 + 2 * 7);
});
