import { describe, expect, it } from 'vitest';

import { ConnectionLimit, type ConnectionHolder } from '../../../mail/async/connection-limit';
import { serverLines } from '../../../mail/async/server-lines';
import { MailError } from '../../../mail/errors';
import { sleep } from '../../servers/wait';

const ACCOUNT = 'mail.example.test:993/ada';

/** Holds a connection and gives it up when asked, unless it is in use. */
class Holder implements ConnectionHolder {
  asked = 0;
  yielded = false;

  constructor(public inUse = false) {}

  yieldConnection(): boolean {
    this.asked++;
    if (this.inUse) return false;
    this.yielded = true;
    return true;
  }
}

const fill = async (limit: ConnectionLimit, holders: Holder[]) => {
  for (const holder of holders) await limit.acquire(ACCOUNT, holder, 0);
};

describe('the limit of connections to an account', () => {
  it('lets in as many as it allows, without closing any', async () => {
    const holders = [new Holder(), new Holder(), new Holder()];
    await fill(new ConnectionLimit(3), holders);
    expect(holders.map(({ asked }) => asked)).toEqual([0, 0, 0]);
  });

  it('closes the connection that was idle for longest', async () => {
    const limit = new ConnectionLimit(3);
    const [first, second, third] = [new Holder(), new Holder(), new Holder()];
    await fill(limit, [first, second, third]);
    limit.used(ACCOUNT, first);
    await limit.acquire(ACCOUNT, new Holder(), 0);
    expect([first, second, third].map(({ yielded }) => yielded)).toEqual([false, true, false]);
  });

  it('makes room for a session that logs in during its work, where only the server is full', async () => {
    const limit = new ConnectionLimit(8);
    const [idle, kept] = [new Holder(), Object.assign(new Holder(), { isSpare: true })];
    await fill(limit, [idle, kept]);
    const login = async () =>
      await (kept.yielded
        ? Promise.resolve('in')
        : Promise.reject(new MailError('CONNECTION_LIMIT', '', '')));
    const started = Date.now();
    expect(await serverLines.enter(ACCOUNT, login, { timeout: 2000 })).toBe('in');
    expect(Date.now() - started).toBeLessThan(500);
    expect(idle.yielded).toBe(false);
    limit.release(ACCOUNT, idle);
  });

  it('passes over a connection that is in use', async () => {
    const limit = new ConnectionLimit(2);
    const [busy, idle] = [new Holder(true), new Holder()];
    await fill(limit, [busy, idle]);
    await limit.acquire(ACCOUNT, new Holder(), 0);
    expect([busy.yielded, idle.yielded]).toEqual([false, true]);
  });

  it('fails in time, and says what to do, when all stay in use', async () => {
    const limit = new ConnectionLimit(1);
    await fill(limit, [new Holder(true)]);
    const started = Date.now();
    await expect(limit.acquire(ACCOUNT, new Holder(), 100)).rejects.toMatchObject({
      code: 'CONNECTION_LIMIT',
      message: 'The only connection to this account is in use',
      description: expect.stringMatching(/Disconnect/),
    });
    expect(Date.now() - started).toBeGreaterThanOrEqual(95);
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('lets a newcomer in when a connection is released', async () => {
    const limit = new ConnectionLimit(1);
    const busy = new Holder(true);
    await fill(limit, [busy]);
    const waiting = limit.acquire(ACCOUNT, new Holder(), 1000);
    limit.release(ACCOUNT, busy);
    await waiting;
    expect(busy.yielded).toBe(false);
  });

  it('lets a newcomer in when a connection is no longer in use', async () => {
    const limit = new ConnectionLimit(1);
    const busy = new Holder(true);
    await fill(limit, [busy]);
    const waiting = limit.acquire(ACCOUNT, new Holder(), 1000);
    busy.inUse = false;
    limit.used(ACCOUNT, busy);
    await waiting;
    expect(busy.yielded).toBe(true);
  });

  it('serves waiters in the order in which they came, and loses none', async () => {
    const limit = new ConnectionLimit(1);
    let holder = new Holder(true);
    await fill(limit, [holder]);
    const order: number[] = [];
    const arrivals = Array.from({ length: 5 }, async (_, index) => {
      const mine = new Holder(true);
      await limit.acquire(ACCOUNT, mine, 2000);
      order.push(index);
      holder = mine;
    });
    for (const arrival of arrivals) {
      limit.release(ACCOUNT, holder);
      await arrival;
    }
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('puts newcomers behind those who wait', async () => {
    const limit = new ConnectionLimit(1);
    const busy = new Holder(true);
    await fill(limit, [busy]);
    const order: string[] = [];
    const first = new Holder(true);
    const early = limit.acquire(ACCOUNT, first, 1000).then(() => order.push('early'));
    limit.release(ACCOUNT, busy);
    // It has not begun yet, and is not to be overtaken by whoever asks now.
    const late = limit.acquire(ACCOUNT, new Holder(true), 1000).then(() => order.push('late'));
    await early;
    limit.release(ACCOUNT, first);
    await late;
    expect(order).toEqual(['early', 'late']);
  });

  it('gives a ninth its turn while eight use their connections again and again', async () => {
    const limit = new ConnectionLimit(8);
    const turns = Array.from({ length: 9 }, () => 0);
    let stopped = false;
    /** As a session does: it connects where it has no connection, works, and says that it has done so. */
    class Worker extends Holder {
      connected = false;

      override yieldConnection(): boolean {
        if (this.inUse) return false;
        this.connected = false;
        return true;
      }
    }
    const run = async (index: number) => {
      const worker = new Worker();
      while (!stopped) {
        worker.inUse = true;
        if (!worker.connected) await limit.acquire(ACCOUNT, worker, 5000);
        worker.connected = true;
        await sleep(2);
        turns[index] = turns[index]! + 1;
        worker.inUse = false;
        limit.used(ACCOUNT, worker);
        // And at once again, so that nobody could look in between.
      }
      limit.release(ACCOUNT, worker);
    };
    const running = turns.map(async (_, index) => await run(index));
    await sleep(300);
    stopped = true;
    await Promise.all(running);
    expect(Math.min(...turns)).toBeGreaterThan(5);
  });

  it('lets a holder keep its connection for its turn, and gives it up then, even if the holder does nothing more', async () => {
    const limit = new ConnectionLimit(1, 100);
    const holder = new Holder(true);
    await fill(limit, [holder]);
    const started = Date.now();
    const waiting = limit.acquire(ACCOUNT, new Holder(), 20_000);
    holder.inUse = false;
    limit.used(ACCOUNT, holder);
    expect(holder.yielded).toBe(false);
    await waiting;
    expect(holder.yielded).toBe(true);
    expect(Date.now() - started).toBeGreaterThanOrEqual(90);
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('takes a spare connection before one that a session may need again', async () => {
    const limit = new ConnectionLimit(2, 1000);
    const [idle, spare] = [new Holder(), new Holder()];
    await fill(limit, [idle, spare]);
    Object.assign(spare, { isSpare: true });
    await limit.acquire(ACCOUNT, new Holder(), 0);
    expect([idle.yielded, spare.yielded]).toEqual([false, true]);
  });

  it('ends one wait for mail for each that waits for a connection, the longest first', async () => {
    const limit = new ConnectionLimit(3);
    class Patient extends Holder {
      interrupted = 0;

      interrupt(): boolean {
        this.interrupted++;
        return true;
      }
    }
    const patient = [new Patient(true), new Patient(true), new Patient(true)];
    await fill(limit, patient);
    const first = limit.acquire(ACCOUNT, new Holder(true), 1000);
    const second = limit.acquire(ACCOUNT, new Holder(true), 1000);
    expect(patient.map(({ interrupted }) => interrupted)).toEqual([1, 1, 0]);
    patient[0]!.inUse = false;
    limit.used(ACCOUNT, patient[0]!);
    await first;
    patient[1]!.inUse = false;
    limit.used(ACCOUNT, patient[1]!);
    await second;
    expect(patient.map(({ interrupted }) => interrupted)).toEqual([1, 1, 0]);
  });

  it('counts a connection until it is closed', async () => {
    const limit = new ConnectionLimit(1);
    let closed = () => {};
    const holder = { yieldConnection: async () => await new Promise<void>((resolve) => (closed = resolve)) };
    await limit.acquire(ACCOUNT, holder, 0);
    let entered = false;
    const waiting = limit.acquire(ACCOUNT, new Holder(), 1000).then(() => (entered = true));
    await sleep(20);
    expect(entered).toBe(false);
    closed();
    await waiting;
  });

  it('gives up a wait that is cancelled, and keeps no place for it', async () => {
    const limit = new ConnectionLimit(1);
    const busy = new Holder(true);
    await fill(limit, [busy]);
    const stop = new AbortController();
    const waiting = limit.acquire(ACCOUNT, new Holder(), 1000, stop.signal);
    stop.abort(new Error('closed'));
    await expect(waiting).rejects.toThrow('closed');
    limit.release(ACCOUNT, busy);
    await limit.acquire(ACCOUNT, new Holder(), 0);
  });

  it('lets the next in when two connections end at once', async () => {
    const limit = new ConnectionLimit(2);
    const [first, second] = [new Holder(true), new Holder(true)];
    await fill(limit, [first, second]);
    const waiting = [1, 2].map(async () => await limit.acquire(ACCOUNT, new Holder(true), 500));
    limit.release(ACCOUNT, first);
    limit.release(ACCOUNT, second);
    await Promise.all(waiting);
  });

  it('counts each account for itself', async () => {
    const limit = new ConnectionLimit(1);
    await fill(limit, [new Holder(true)]);
    await limit.acquire('mail.example.test:993/bob', new Holder(), 0);
  });

  it('ignores a release or a use by someone who holds no connection', async () => {
    const limit = new ConnectionLimit(1);
    limit.release(ACCOUNT, new Holder());
    limit.used(ACCOUNT, new Holder());
    const holder = new Holder(true);
    await fill(limit, [holder]);
    limit.release(ACCOUNT, new Holder());
    await expect(limit.acquire(ACCOUNT, new Holder(), 20)).rejects.toMatchObject({
      code: 'CONNECTION_LIMIT',
    });
  });
});
