import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import type { SessionSettings, Timeouts } from '../../../mail/account/session-settings';
import { MAX_CONNECTIONS } from '../../../mail/async/max-connections';
import type { SessionEvent, SessionReport } from '../../../mail/session/observer';
import { openClient } from '../../../mail/session/open-client';
import { SessionRegistry } from '../../../mail/session/registry';
import type { Session } from '../../../mail/session/session';
import type { SessionUsage } from '../../../mail/session/usage';
import { graphSettings, startAdasGraph } from '../../contract/graph-lab';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { sleep, waitFor } from '../../servers/wait';
import { ALICE, settingsFor } from '../fixture';

let dovecot: Dovecot;
let reports: SessionReport[] = [];
let registry: SessionRegistry;

const events = () => reports.map(({ event }) => event);
const types = () => reports.map(({ session, event }) => `${session}: ${event.type}`);
const observer = (report: SessionReport) => void reports.push(report);

const settings = (timeouts: Partial<Timeouts> = {}, password?: string): SessionSettings =>
  settingsFor(dovecot, { timeouts, password });

const open = async (name: string, chosen: SessionSettings) =>
  await registry.open(name, name, chosen, 'reuse', { observer });

const list = async (session: Session) =>
  await session.use(async (client) => await client.findMessages('INBOX', {}, 1), { repeatable: true });

const usageOf = (event: SessionEvent | undefined): SessionUsage | undefined =>
  event?.type === 'closed' ? event.usage : undefined;

beforeAll(async () => {
  dovecot = await startDovecot();
});
beforeEach(() => {
  reports = [];
  registry = new SessionRegistry(openClient);
});
afterAll(async () => await dovecot?.stop());

it('is told of a login, of an idle connection, of a reconnect, and of the end with what it cost', async () => {
  const started = Date.now();
  const session = await open('Work', settings({ idle: 1000 }));
  await waitFor('the idle timer', () => types().length === 2);
  await sleep(500);
  await list(session);
  await dovecot.kick(ALICE);
  await sleep(50);
  await list(session);
  await registry.closeRun('Work');
  expect(events()).toMatchObject([
    { type: 'login', took: expect.any(Number) },
    { type: 'given up', reason: 'idle' },
    { type: 'reconnect', reason: 'idle' },
    { type: 'login' },
    { type: 'reconnect', reason: 'lost' },
    { type: 'login' },
    { type: 'closed', reason: 'run ended', isKept: false },
  ]);
  expect(new Set(reports.map(({ session: name, account }) => `${name} ${account}`))).toEqual(
    new Set([`Work ${ALICE}`]),
  );
  const usage = usageOf(events().at(-1));
  // Three logins and two searches.
  expect(usage?.commands).toBeGreaterThanOrEqual(3 + 2 * 2);
  expect(usage?.bytesSent).toBeGreaterThan(100);
  expect(usage?.bytesReceived).toBeGreaterThan(500);
  expect(usage).toMatchObject({ logins: 3, waitedMs: 0 });
  expect(usage?.connectedMs).toBeGreaterThan(900);
  expect(usage?.connectedMs, 'without the time that it had no connection').toBeLessThan(
    Date.now() - started - 400,
  );
});

it('is told of a refused login, without the password', async () => {
  await expect(open('Work', settings({}, 'canary-wrong'))).rejects.toMatchObject({
    code: 'AUTHENTICATION_FAILED',
  });
  expect(events()).toMatchObject([
    { type: 'refused', code: 'AUTHENTICATION_FAILED' },
    { type: 'closed', reason: 'login failed' },
  ]);
  expect(JSON.stringify(reports)).not.toMatch(/canary/);
});

it('is told of a wait for a connection, and of one that was given up for it', async () => {
  process.env[MAX_CONNECTIONS] = '1';
  try {
    await open('First', settings());
    await open('Second', settings({ connect: 5000 }));
  } finally {
    delete process.env[MAX_CONNECTIONS];
  }
  expect(types()).toEqual([
    'First: login',
    'Second: waiting',
    'First: given up',
    'Second: waited',
    'Second: login',
  ]);
  expect(events()[1]).toEqual({ type: 'waiting', waitsFor: 'own limit' });
  expect(events()[3]).toEqual({ type: 'waited', waitsFor: 'own limit', took: expect.any(Number) });
  await Promise.all([registry.closeRun('First'), registry.closeRun('Second')]);
});

it('is told of a connection that is kept and taken, which costs the next session little', async () => {
  const kept = settings({ keep: 2000 });
  await list(await open('First', kept));
  await registry.closeRun('First');
  await list(await open('Second', kept));
  await registry.closeRun('Second', { isCancelled: true });
  expect(types()).toEqual(['First: login', 'First: closed', 'Second: taken', 'Second: closed']);
  const [first, second] = [usageOf(events()[1]), usageOf(events()[3])];
  expect(events()[1]).toMatchObject({ isKept: true });
  expect(second?.commands).toBeGreaterThan(0);
  expect(second!.commands).toBeLessThan(first!.commands);
  expect(second!.bytesReceived).toBeLessThan(first!.bytesReceived);
});

it('is told what went over POP3 and over https too', async () => {
  const pop = settingsFor(dovecot, { port: dovecot.ports.pop3s });
  await list(await open('POP3', { ...pop, protocol: 'pop3' }));
  await registry.closeRun('POP3');
  const graph = await startAdasGraph();
  await list(await open('Graph', graphSettings(graph)));
  await registry.closeRun('Graph');
  await graph.stop();
  const [pop3, https] = events().map(usageOf).filter(Boolean);
  expect(pop3?.commands).toBeGreaterThanOrEqual(4);
  expect(https?.commands).toBe(2);
  for (const one of [pop3, https]) {
    expect(one?.bytesSent).toBeGreaterThan(50);
    expect(one?.bytesReceived).toBeGreaterThan(100);
  }
});

it('need not be there', async () => {
  const session = await registry.open('run', 'Default', settings(), 'reuse');
  await list(session);
  await registry.closeRun('run');
});
