import { ImapFlow } from 'imapflow';
import { afterEach, describe, expect, it } from 'vitest';

import { isMailError, type MailError } from '../../../mail/errors';
import { FolderWatch, type WatchOptions } from '../../../mail/session/folder-watch';
import type { Session } from '../../../mail/session/session';
import { mail } from '../../servers/mailbox';
import { sleep, waitFor } from '../../servers/wait';
import { ALICE, settingsFor, sessionOf } from '../fixture';
import { startDovecotWatch, startEwsWatch, startGraphWatch, type WatchLab } from './watch-lab';

const open: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function started<Lab extends WatchLab>(start: () => Promise<Lab>, options: Partial<WatchOptions> = {}) {
  const lab = await start();
  open.push(async () => await lab.stop());
  const session = lab.session();
  const watch = new FolderWatch(session, {
    ...{ folder: 'INBOX', query: {}, wanted: { content: false }, start: 'new', checkEvery: 100 },
    ...options,
  });
  await watch.begin();
  return { lab, session, watch };
}

/** Lets it wait for so many milliseconds in vain. */
const rest = async (watch: FolderWatch, milliseconds: number) =>
  await watch.next({ limit: 10, signal: AbortSignal.timeout(milliseconds) }).catch((error: unknown) => {
    if (isMailError(error)) throw error;
  });

describe('a watch at rest', () => {
  it('takes one request for each look over EWS, and nothing else', async () => {
    const { lab, watch } = await started(startEwsWatch);
    lab.server.operations.length = 0;
    await rest(watch, 1050);
    expect(new Set(lab.server.operations)).toEqual(new Set(['SyncFolderItems']));
    expect(lab.server.operations.length).toBeLessThanOrEqual(11);
    expect(lab.server.operations.length).toBeGreaterThan(3);
    expect(lab.server.connections).toBe(1);
  });

  it('takes one request for each look over Graph, and nothing else', async () => {
    const { lab, watch } = await started(startGraphWatch);
    lab.server.requests.length = 0;
    await rest(watch, 1050);
    expect(new Set(lab.server.requests)).toEqual(new Set(['GET /v1.0/me/mailFolders/{id}/messages/delta()']));
    expect(lab.server.requests.length).toBeLessThanOrEqual(11);
    expect(lab.server.requests.length).toBeGreaterThan(3);
    expect(lab.server.connections).toBe(1);
  });

  it('takes one login for each look over POP3, and stays logged in between them for nobody', async () => {
    const { lab, watch } = await started(async () => await startDovecotWatch('pop3'), { checkEvery: 400 });
    await sleep(50);
    const before = lab.wire.opened;
    await rest(watch, 1500);
    await waitFor('the end of the last session', () => lab.wire.open === 0);
    expect(lab.wire.opened - before).toBeLessThanOrEqual(4);
    expect(lab.wire.opened - before).toBeGreaterThan(1);
  });

  it('listens on one connection over IMAP, and proves that the line is alive', async () => {
    const { lab, watch } = await started(async () => await startDovecotWatch('imap'));
    await rest(watch, 300);
    const before = lab.wire.commands.length;
    // The lab's rounds take a second, instead of two minutes.
    await rest(watch, 2500);
    const commands = lab.wire.commands.slice(before).map((line) => line.split(' ')[0]);
    expect(commands.filter((command) => command === 'NOOP').length).toBeGreaterThanOrEqual(2);
    expect(commands.length).toBeLessThan(16);
    expect(lab.wire.opened).toBe(1);
  });
});

describe('a watch over IMAP', () => {
  const start = async () => await startDovecotWatch('imap');

  it('notices a half-open line within a round, and reconnects', async () => {
    const { lab, watch } = await started(start);
    await rest(watch, 200);
    lab.wire.deafen();
    const deafAt = Date.now();
    await lab.deliver('unheard');
    let arrived: string[] = [];
    while (arrived.length === 0) {
      const arrivals = await watch
        .next({ limit: 5, signal: AbortSignal.timeout(15_000) })
        .catch(async (error: unknown) => {
          if (!isMailError(error)) throw error;
          await sleep(20);
          return [];
        });
      arrived = arrivals.map(({ message }) => (message as { subject: string }).subject);
    }
    expect(arrived).toEqual(['unheard']);
    // A round of one second, and a command timeout of three.
    expect(Date.now() - deafAt).toBeLessThan(9000);
  });

  it('lets other work of the session through at once while it listens', async () => {
    const { lab, session, watch } = await started(start);
    const waiting = watch.next({ limit: 5, signal: AbortSignal.timeout(20_000) });
    await sleep(300);
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const before = Date.now();
      await session.use(async (client) => await client.findMessages('INBOX', {}, 1), { repeatable: true });
      times.push(Date.now() - before);
      await sleep(50);
    }
    expect(Math.max(...times)).toBeLessThan(500);
    expect(lab.wire.opened).toBe(1);
    await lab.deliver('heard');
    expect(await waiting).toHaveLength(1);
  });

  it('hears of new mail at once', async () => {
    const { lab, watch } = await started(start);
    const other = sessionOf(settingsFor(lab.dovecot));
    open.push(async () => await other.close());
    await other.open();
    // Dovecot itself takes half a second to tell, so a bare IDLE is the measure.
    const { users, ports } = lab.dovecot;
    const bare = new ImapFlow({
      ...{ host: 'localhost', port: ports.imap, secure: false, doSTARTTLS: false, logger: false },
      auth: { user: ALICE, pass: users[ALICE]! },
    });
    await bare.connect();
    open.push(async () => await bare.logout());
    await bare.mailboxOpen('INBOX');
    let heardAt = 0;
    bare.on('exists', () => (heardAt = Date.now()));
    const [bareTimes, times]: [number[], number[]] = [[], []];
    for (let i = 0; i < 11; i++) {
      heardAt = 0;
      const waiting = watch.next({ limit: 5, signal: AbortSignal.timeout(20_000) });
      void bare.idle();
      await sleep(60);
      await other.use(
        async (client) =>
          await client.appendMessage('INBOX', { content: mail({ subject: `n ${i}` }), marks: {} }),
        { repeatable: false },
      );
      const storedAt = Date.now();
      for (const { id } of await waiting) watch.settle(id);
      times.push(Date.now() - storedAt);
      await waitFor('the bare IDLE', () => heardAt > 0);
      bareTimes.push(heardAt - storedAt);
    }
    const median = (all: number[]) => [...all].sort((a, b) => a - b)[5]!;
    console.log(`IMAP: stored → arrival ${median(times)} ms, → bare IDLE ${median(bareTimes)} ms (medians)`);
    expect(median(times) - median(bareTimes)).toBeLessThan(500);
  });

  it('leaves out messages with a keyword', async () => {
    const { lab, session, watch } = await started(start, { query: { withoutKeyword: ['Done'] } });
    const other = sessionOf(settingsFor(lab.dovecot));
    open.push(async () => await other.close());
    await lab.deliver('done', 'open');
    const mark = async () =>
      await session.use(
        async (client) => {
          const [, done = ''] = await client.findMessages('INBOX', {}, 2);
          return await client.markMessages([done], { addKeywords: ['Done'] });
        },
        { repeatable: true },
      );
    await mark();
    const arrivals = await watch.next({ limit: 5, signal: AbortSignal.timeout(20_000) });
    expect(arrivals).toMatchObject([{ message: { subject: 'open' } }]);
  });
});

it('gives a message that cannot be read with its error, after three looks, and the others before', async () => {
  const { lab, watch } = await started(startGraphWatch, { checkEvery: 30, retryAfter: 60 });
  const only = /^GET \/messages\/\{id\}$/;
  const refusal = { kind: 'error', status: 500, code: 'ErrorCorruptData', only } as const;
  lab.server.batchFaults.push(refusal, undefined, refusal, refusal);
  await lab.deliver('damaged', 'fine');
  const found: string[] = [];
  while (found.length < 2) {
    for (const { id, message } of await watch.next({ limit: 5, signal: AbortSignal.timeout(20_000) })) {
      found.push(isMailError(message) ? (message satisfies MailError).code : message.subject);
      watch.settle(id);
    }
  }
  expect(found).toEqual(['fine', 'SERVER_REFUSED']);
  await lab.deliver('next');
  const next = await watch.next({ limit: 5, signal: AbortSignal.timeout(20_000) });
  expect(next).toMatchObject([{ message: { subject: 'next' } }]);
});

it('waits longer for a message that the server cannot give at the moment', async () => {
  const { lab, watch } = await started(startGraphWatch, { checkEvery: 30, retryAfter: 60 });
  const only = /^GET \/messages\/\{id\}$/;
  const notNow = { kind: 'error', status: 500, code: 'ErrorMailboxStoreUnavailable', only } as const;
  lab.server.batchFaults.push(notNow, notNow, notNow, notNow, notNow);
  await lab.deliver('later');
  const arrivals = await watch.next({ limit: 5, signal: AbortSignal.timeout(20_000) });
  expect(arrivals).toMatchObject([{ message: { subject: 'later' } }]);
  expect(lab.server.batchFaults).toEqual([]);
});

it('ends at once when its session is closed', async () => {
  for (const start of [async () => await startDovecotWatch('imap'), startEwsWatch]) {
    const { session, watch } = await started<WatchLab>(start, { checkEvery: 60_000 });
    const stop = new AbortController();
    const waiting = watch.next({ limit: 5, signal: stop.signal }).catch((error: unknown) => error);
    await sleep(300);
    const before = Date.now();
    stop.abort();
    await (session satisfies Session).close();
    await waiting;
    expect(Date.now() - before).toBeLessThan(1000);
  }
});
