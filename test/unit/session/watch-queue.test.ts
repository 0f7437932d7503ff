import { describe, expect, it } from 'vitest';

import { WatchQueue, type Candidate } from '../../../mail/session/watch-queue';
import { digest } from '../../../mail/session/watch-state';

const OLD = '2026-11-01T00:00:00.000Z';
const LATER = '2026-11-02T00:00:00.000Z';

const messages = (...ids: string[]): Candidate[] => ids.map((id) => ({ id, failures: 0 }));
const add = (queue: WatchQueue, cursor: string, ...ids: string[]) =>
  queue.add(messages(...ids), { cursor, mayBeKnown: false });

describe('the cursor', () => {
  it('moves behind messages only when all before them are settled', () => {
    const queue = new WatchQueue('c0', OLD, OLD);
    add(queue, 'c1', 'a', 'b');
    add(queue, 'c2', 'c');
    queue.settle('c');
    queue.settle('b');
    expect(queue.state).toMatchObject({ cursor: 'c0', settled: ['b', 'c'].map(digest) });
    queue.settle('a');
    expect(queue.state).toMatchObject({ cursor: 'c2', settled: [] });
    expect(queue.size).toBe(0);
  });

  it('moves past what need not be given', () => {
    const queue = new WatchQueue('c0', OLD, OLD);
    add(queue, 'c1', 'a');
    queue.drop('a');
    expect(queue.state).toMatchObject({ cursor: 'c1', settled: [] });
  });

  it('moves past nothing at all only behind the rest', () => {
    const queue = new WatchQueue('c0', OLD, OLD);
    queue.moveTo('c1');
    expect(queue.state.cursor).toBe('c1');
    add(queue, 'c2', 'a');
    queue.moveTo('c3');
    expect([queue.state.cursor, queue.end]).toEqual(['c1', 'c3']);
    queue.settle('a');
    expect(queue.state.cursor).toBe('c3');
  });
});

it('leaves out what is in it already, and what was settled before', () => {
  const queue = new WatchQueue('c0', OLD, OLD);
  add(queue, 'c1', 'a');
  queue.add(messages('a', 'b', 'c'), { cursor: 'c2', mayBeKnown: false, settled: new Set([digest('b')]) });
  expect(queue.size).toBe(2);
  expect(queue.state.settled).toEqual([digest('b')]);
  queue.settle('a');
  expect(queue.state).toMatchObject({ cursor: 'c1', settled: [digest('b')] });
  expect(queue.next?.todo.map(({ id }) => id)).toEqual(['c']);
});

it('leaves out what was settled behind a message that is not, however long ago', () => {
  const queue = new WatchQueue('c0', OLD, OLD);
  add(queue, 'c1', 'slow', 'b');
  add(queue, 'c2', 'c');
  queue.settle('b');
  queue.settle('c');
  queue.add(messages('slow', 'b', 'c', 'd'), { cursor: 'c9', mayBeKnown: true });
  expect(queue.size).toBe(2);
  queue.settle('slow');
  // The position of the second batch was lost, so what was settled in it is still needed.
  expect(queue.state).toMatchObject({ cursor: 'c2', settled: ['b', 'c'].map(digest) });
  queue.settle('d');
  expect(queue.state).toMatchObject({ cursor: 'c9', settled: [] });
});

it('says before which time all is settled', () => {
  const queue = new WatchQueue('c0', OLD, OLD);
  add(queue, 'c1', 'a', 'b');
  queue.settle('b', LATER);
  expect(queue.state.newest).toBe(OLD);
  queue.settle('a', OLD);
  expect(queue.state.newest).toBe(LATER);
  // A sender's clock may be wrong.
  add(queue, 'c2', 'c');
  queue.settle('c', '2099-01-01T00:00:00.000Z');
  expect(queue.state.newest).toBe(LATER);
});

it('gives a message again that was given back, and does not take it for one that matches', () => {
  const queue = new WatchQueue('c0', OLD, OLD);
  add(queue, 'c1', 'unreadable');
  queue.next.todo[0]!.failures = 3;
  queue.give('unreadable', undefined);
  queue.giveBack('unreadable');
  expect(queue.next.todo).toEqual([{ id: 'unreadable', failures: 0 }]);
});

it('remembers of a long backlog only what was settled beside messages that are not', () => {
  const ids = Array.from({ length: 10_000 }, (_, n) => `m${n}`);
  const queue = new WatchQueue('c0', OLD, OLD);
  queue.addBacklog(messages(...ids), { cursor: 'c1', mayBeKnown: false, backlog: {} });
  let most = 0;
  for (const [n, id] of ids.entries()) {
    // The first of each ten takes longer than the others.
    if (n % 10 !== 0) queue.settle(id);
    if (n % 10 === 9) queue.settle(ids[n - 9]!);
    most = Math.max(most, queue.state.settled.length);
    if (n % 1000 === 500) expect(queue.state).toMatchObject({ backlog: { open: [id, ...ids.slice(n + 1)] } });
  }
  expect(most).toBeLessThan(300);
  expect(queue.state).toMatchObject({ cursor: 'c1', settled: [] });
  expect(queue.state.backlog).toBeUndefined();
});
