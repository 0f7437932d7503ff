import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';

import { openClient } from '../../../mail/session/open-client';
import { ConnectionLimit } from '../../../mail/async/connection-limit';
import { SessionRegistry } from '../../../mail/session/registry';
import type { Session } from '../../../mail/session/session';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { deliver, mail } from '../../servers/mailbox';
import { sleep, waitFor } from '../../servers/wait';
import { startWire, type Wire } from '../../servers/wire';
import { ALICE, BOB, sessionOf, settingsFor } from '../fixture';

const listInbox = async (session: Session) =>
  await session.use(async (client) => await client.listMessages('INBOX', {}, { content: false }, 50), {
    repeatable: true,
  });

describe('a session on a real IMAP server', () => {
  let dovecot: Dovecot;
  let wire: Wire;
  const open: Session[] = [];

  const session = (overrides: Parameters<typeof settingsFor>[1] = {}, limit?: ConnectionLimit) => {
    const created = sessionOf(
      settingsFor(dovecot, { port: wire.port, security: 'none', ...overrides }),
      limit,
    );
    open.push(created);
    return created;
  };

  beforeAll(async () => {
    dovecot = await startDovecot();
    deliver(dovecot, ALICE, 'INBOX', [mail({ subject: 'for alice' })]);
    deliver(dovecot, BOB, 'INBOX', [mail({ subject: 'for bob' })]);
  });
  beforeEach(async () => {
    wire = await startWire(dovecot.ports.imap);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (one) => await one.close()));
    await waitFor('all connections to close', () => wire.open === 0);
    await wire.stop();
  });
  afterAll(async () => {
    await dovecot?.stop();
  });

  it('logs in once however many nodes ask for it at the same time', async () => {
    const one = session();
    await Promise.all(Array.from({ length: 20 }, async () => await listInbox(one)));
    expect(wire.opened).toBe(1);
  });

  it('replaces a connection that was lost while unused', async () => {
    const one = session();
    await one.open();
    wire.dropAll();
    await waitFor('the drop', () => wire.open === 0);
    expect((await listInbox(one)).length).toBe(1);
    expect(wire.opened).toBe(2);
  });

  it('repeats only repeatable work, once, when the connection is lost during it', async () => {
    const one = session();
    let tries = 0;
    const work = async (repeatable: boolean) =>
      await one.use(
        async (client) => {
          if (tries++ === 0) wire.dropAll();
          return await client.listMessages('INBOX', {}, { content: false }, 50);
        },
        { repeatable },
      );
    expect((await work(true)).length).toBe(1);
    expect(tries).toBe(2);
    tries = 0;
    await expect(work(false)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(tries).toBe(1);
  });

  it.each(['dropAll', 'resetAll'] as const)(
    'repeats work that began before the loss of the connection was noticed (%s)',
    async (loss) => {
      for (let ticks = 0; ticks < 8; ticks++) {
        const one = session();
        await listInbox(one);
        wire[loss]();
        for (let n = 0; n < ticks; n++) await new Promise((resolve) => setImmediate(resolve));
        expect((await listInbox(one)).length).toBe(1);
        await one.close();
      }
    },
  );

  it('survives an administrator who ends the connection with BYE', async () => {
    const one = session();
    await listInbox(one);
    await dovecot.kick(ALICE);
    await waitFor('the kick', () => wire.open === 0);
    expect((await listInbox(one)).length).toBe(1);
  });

  it('gives up on a silent server within the command timeout', async () => {
    const one = session({ timeouts: { command: 500 } });
    await one.open();
    wire.stall();
    const started = Date.now();
    await expect(listInbox(one)).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' });
    expect(Date.now() - started).toBeLessThan(2000);
    wire.resume();
    expect((await listInbox(one)).length).toBe(1);
  });

  it('closes its connection when it is idle, and opens another when needed', async () => {
    const one = session({ timeouts: { idle: 200 } });
    await one.open();
    await waitFor('the idle timer', () => wire.open === 0);
    expect((await listInbox(one)).length).toBe(1);
    expect(wire.opened).toBe(2);
  });

  it('is closed for good by close, even during work', async () => {
    const one = session();
    await one.open();
    wire.stall();
    const work = listInbox(one);
    await sleep(50);
    await Promise.all([expect(work).rejects.toMatchObject({ code: 'SESSION_CLOSED' }), one.close()]);
    await expect(listInbox(one)).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
    await waitFor('no connection', () => wire.open === 0, 500);
  });

  it('does not survive a close while it connects', async () => {
    const one = session();
    const opening = one.open();
    await Promise.all([expect(opening).rejects.toMatchObject({ code: 'SESSION_CLOSED' }), one.close()]);
    await waitFor('no connection', () => wire.open === 0);
  });

  it('stays within the connection limit by closing the connection that was idle for longest', async () => {
    const limit = new ConnectionLimit(2);
    const three = [session({}, limit), session({}, limit), session({}, limit)];
    for (const one of three) await listInbox(one);
    await waitFor('two connections', () => wire.open === 2);
    expect((await listInbox(three[0]!)).length).toBe(1);
    await waitFor('two connections', () => wire.open === 2);
    expect(wire.opened).toBe(4);
  });

  it('gives a third session its turn while two use their connections again and again', async () => {
    const limit = new ConnectionLimit(2);
    let stopped = false;
    // Begun again in the moment in which the last one ends, so that nobody could look in between.
    const again = async (one: Session): Promise<void> =>
      await one
        .use(async (client) => void (await client.findMessages('INBOX', {}, 1)), { repeatable: true })
        .then(() => (stopped ? undefined : again(one)));
    const busy = [session({}, limit), session({}, limit)].map(again);
    await waitFor('both connections', () => wire.open === 2);
    const started = Date.now();
    expect((await listInbox(session({ timeouts: { connect: 5000 } }, limit))).length).toBe(1);
    expect(Date.now() - started).toBeLessThan(4000);
    stopped = true;
    await Promise.all(busy);
    expect(wire.open).toBeLessThanOrEqual(3);
  });

  it('gives an error when all connections of the account stay in use', async () => {
    const limit = new ConnectionLimit(1);
    const busy = session({}, limit);
    let finish = () => {};
    const work = busy.use(async () => await new Promise<void>((resolve) => (finish = resolve)), {
      repeatable: false,
    });
    await waitFor('the first connection', () => wire.open === 1);
    await expect(session({ timeouts: { connect: 300 } }, limit).open()).rejects.toMatchObject({
      code: 'CONNECTION_LIMIT',
    });
    const patient = listInbox(session({}, limit));
    await sleep(50);
    finish();
    await work;
    expect((await patient).length).toBe(1);
  });

  it('is visible only to its own run, and two runs with the same session name never meet', async () => {
    const registry = new SessionRegistry(openClient);
    const at = { port: wire.port, security: 'none' } as const;
    const [alice, bob] = await Promise.all([
      registry.open('1', 'Default', settingsFor(dovecot, at), 'reuse'),
      registry.open('2', 'Default', settingsFor(dovecot, { ...at, user: BOB }), 'reuse'),
    ]);
    expect((await listInbox(alice)).map(({ subject }) => subject)).toEqual(['for alice']);
    expect((await listInbox(bob)).map(({ subject }) => subject)).toEqual(['for bob']);
    expect(registry.find('1', 'Default')).toBe(alice);
    expect(registry.find('3', 'Default')).toBeUndefined();
    await registry.closeRun('1');
    await waitFor('one connection', () => wire.open === 1);
    await registry.closeRun('2');
  });

  it('reuses, refuses or replaces a session whose name is in use', async () => {
    const registry = new SessionRegistry(openClient);
    const settings = () => settingsFor(dovecot, { port: wire.port, security: 'none' });
    const [first, same] = await Promise.all([
      registry.open('1', 'Default', settings(), 'reuse'),
      registry.open('1', 'Default', settings(), 'reuse'),
    ]);
    expect(same).toBe(first);
    expect(wire.opened).toBe(1);
    const other = settingsFor(dovecot, { port: wire.port, security: 'none', user: BOB });
    await expect(registry.open('1', 'Default', other, 'reuse')).rejects.toMatchObject({
      code: 'SESSION_NAME_IN_USE',
    });
    await expect(registry.open('1', 'Default', settings(), 'error')).rejects.toMatchObject({
      code: 'SESSION_NAME_IN_USE',
    });
    expect((await listInbox(first)).length).toBe(1);
    const replaced = await registry.open('1', 'Default', other, 'replace');
    expect((await listInbox(replaced)).map(({ subject }) => subject)).toEqual(['for bob']);
    await expect(listInbox(first)).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
    expect(await registry.close('1', 'Default')).toBe(true);
    expect(await registry.close('1', 'Default')).toBe(false);
    expect(registry.wasClosed('1', 'Default')).toBe(true);
    await registry.closeRun('1');
  });
});
