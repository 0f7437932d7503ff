import { getEventListeners } from 'node:events';

import { describe, expect, it } from 'vitest';

import { KeyedMutex } from '../../../mail/async/keyed-mutex';
import { KeyedSemaphore } from '../../../mail/async/keyed-semaphore';
import { Mutex } from '../../../mail/async/mutex';
import { Semaphore } from '../../../mail/async/semaphore';
import { sleep } from '../../servers/wait';
import { random } from '../random';

/** Whether the promise is settled by now. */
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  void promise.then(
    () => (done = true),
    () => (done = true),
  );
  await sleep(5);
  return done;
};

describe('a semaphore', () => {
  it('lets in as many as it allows, and the next one when one has ended', async () => {
    const semaphore = new Semaphore(2);
    const [first] = await Promise.all([semaphore.take(), semaphore.take()]);
    const third = semaphore.take();
    expect(await settled(third)).toBe(false);
    first();
    expect(await settled(third)).toBe(true);
  });

  it('ignores a second release', async () => {
    const semaphore = new Semaphore(1);
    const end = await semaphore.take();
    end();
    end();
    await semaphore.take();
    expect(await settled(semaphore.take())).toBe(false);
  });

  it('serves one that needs much before later ones that need little', async () => {
    const semaphore = new Semaphore(4);
    const ends = await Promise.all([semaphore.take({ count: 2 }), semaphore.take({ count: 1 })]);
    const all = semaphore.take({ count: 4 });
    const one = semaphore.take({ count: 1 });
    expect(await settled(one)).toBe(false);
    ends.forEach((end) => end());
    const endAll = await all;
    expect(await settled(one)).toBe(false);
    endAll();
    await one;
  });

  it('serves those behind when the one before them gives up', async () => {
    const semaphore = new Semaphore(4);
    await semaphore.take({ count: 3 });
    const stop = new AbortController();
    const all = semaphore.take({ count: 4, signal: stop.signal });
    const one = semaphore.take({ count: 1 });
    stop.abort(new Error('given up'));
    await expect(all).rejects.toThrow('given up');
    await one;
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('ends a wait in time, with the error of what was waited for', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.take();
    const started = Date.now();
    const late = () => new Error('the printer was busy');
    await expect(semaphore.take({ timeout: 50, late })).rejects.toThrow('the printer was busy');
    expect(Date.now() - started).toBeGreaterThanOrEqual(45);
    expect(Date.now() - started).toBeLessThan(1000);
    expect(semaphore.waiting).toBe(0);
  });

  it('does not wait when there is a free place, however short the time is', async () => {
    await new Semaphore(1).take({ timeout: 0 });
  });

  it('refuses a count that it can never give, and a signal that is already aborted', async () => {
    await expect(new Semaphore(2).take({ count: 3 })).rejects.toThrow(RangeError);
    await expect(new Semaphore(2).take({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  });

  it('never gives more than it has, and loses nothing, even when waiters give up', async () => {
    const pick = random(20261126);
    const semaphore = new Semaphore(4);
    let used = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 300 }, async () => {
        const count = 1 + Math.floor(pick() * 4);
        const stop = new AbortController();
        await sleep(pick() * 50);
        if (pick() < 0.3) setTimeout(() => stop.abort(), pick() * 20);
        const timeout = pick() < 0.3 ? pick() * 20 : undefined;
        const end = await semaphore.take({ count, timeout, signal: stop.signal }).catch(() => undefined);
        if (!end) return;
        used += count;
        most = Math.max(most, used);
        await sleep(pick() * 3);
        used -= count;
        end();
      }),
    );
    expect(most).toBe(4);
    expect(semaphore.idle).toBe(true);
  });
});

it('semaphores with different keys are independent, and are forgotten when unused', async () => {
  const semaphores = new KeyedSemaphore(1);
  const end = await semaphores.take('ada');
  await semaphores.take('bob');
  await expect(semaphores.take('ada', { timeout: 5 })).rejects.toThrow();
  end();
  (await semaphores.take('ada'))();
  expect(Object.values(semaphores).map((one) => (one instanceof Map ? [...one.keys()] : one))).toContainEqual(
    ['bob'],
  );
});

describe('a mutex', () => {
  it('says what was busy, and for how long', async () => {
    const mutex = new Mutex(10);
    const end = await mutex.take();
    await expect(mutex.take()).rejects.toMatchObject({
      code: 'COMMAND_TIMEOUT',
      message: 'The session was busy with other work for 0.05 seconds',
      description: expect.stringMatching(/second session/),
    });
    const next = mutex.take();
    end();
    await next;
  });
});

describe('a mutex by key', () => {
  it('runs the work of one key in order, and of other keys in parallel', async () => {
    const mutex = new KeyedMutex();
    const order: string[] = [];
    const work = (name: string, time: number) => async () => {
      order.push(`${name} begins`);
      await sleep(time);
      order.push(`${name} ends`);
    };
    await Promise.all([
      mutex.run('a', work('first', 30)),
      mutex.run('a', work('second', 1)),
      mutex.run('b', work('other', 1)),
    ]);
    expect(order).toEqual([
      'first begins',
      'other begins',
      'other ends',
      'first ends',
      'second begins',
      'second ends',
    ]);
  });

  it('continues after work that fails, and after work that never ends', async () => {
    const mutex = new KeyedMutex(30);
    await expect(mutex.run('a', async () => await Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    );
    void mutex.run('a', async () => await new Promise(() => {}));
    expect(await mutex.run('a', async () => await Promise.resolve('done'))).toBe('done');
  });
});
