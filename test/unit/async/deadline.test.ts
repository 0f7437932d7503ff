import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, it } from 'vitest';

import { isLate, withDeadline } from '../../../mail/async/deadline';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Work that ends when its signal says so, and only then. */
const untilStopped = async (stop: AbortSignal) =>
  await new Promise<AbortSignal>((resolve) => stop.addEventListener('abort', () => resolve(stop)));

it('ends work when the time is up', async () => {
  const started = Date.now();
  const stop = await withDeadline({ timeout: 50 }, untilStopped);
  expect(isLate(stop)).toBe(true);
  expect(Date.now() - started).toBeGreaterThanOrEqual(45);
});

it('ends work when one of its signals does, with the reason of that signal', async () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const working = withDeadline(
    { timeout: 5000, signals: [one.signal, undefined, other.signal] },
    untilStopped,
  );
  other.abort(new Error('closed'));
  const stop = await working;
  expect(stop.reason).toEqual(new Error('closed'));
  expect(isLate(stop)).toBe(false);
});

it('reports a deadline within a deadline as a deadline', async () => {
  const stop = await withDeadline(
    { timeout: 20 },
    async (outer) => await withDeadline({ timeout: 5000, signals: [outer] }, untilStopped),
  );
  expect(isLate(stop)).toBe(true);
});

it('gives the work an aborted signal when one of its own is already aborted', async () => {
  const aborted = await withDeadline(
    { signals: [AbortSignal.abort()] },
    async (stop) => await Promise.resolve(stop.aborted),
  );
  expect(aborted).toBe(true);
});

it('leaves no listeners behind, whether the work succeeds or fails', async () => {
  const { signal } = new AbortController();
  await withDeadline({ timeout: 10, signals: [signal] }, async () => await Promise.resolve());
  await withDeadline({ timeout: 10, signals: [signal] }, async () => await Promise.reject(new Error())).catch(
    () => {},
  );
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

// Node 20 collects what `AbortSignal.any` makes of a timeout that nobody else holds.
it('ends work that holds only its signal, even when garbage is collected', async () => {
  const collecting = setInterval(collectGarbage, 5);
  try {
    const started = Date.now();
    await withDeadline({ timeout: 300, signals: [new AbortController().signal] }, untilStopped);
    expect(Date.now() - started).toBeLessThan(2000);
  } finally {
    clearInterval(collecting);
  }
}, 5000);
