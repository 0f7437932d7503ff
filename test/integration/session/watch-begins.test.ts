import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import type { Message } from '../../../mail/model/message';
import { FolderWatch, type Arrival, type WatchOptions } from '../../../mail/session/folder-watch';
import type { Session } from '../../../mail/session/session';
import { sleep } from '../../servers/wait';
import { numbered, WATCH_LABS, type WatchLab } from './watch-lab';
import { Watcher } from './watcher';

const subjectOf = ({ message }: Arrival) => (isMailError(message) ? message.code : message.subject);

describe.each(WATCH_LABS)('a watch over %s', (name, startLab) => {
  let lab: WatchLab;
  let session: Session;
  let watcher: Watcher | undefined;

  beforeEach(async () => {
    lab = await startLab();
    session = lab.session();
  });
  afterEach(async () => {
    await watcher?.kill();
    watcher = undefined;
    await lab.stop();
  });

  const watchOf = (options: Partial<WatchOptions> = {}) =>
    new FolderWatch(session, {
      ...{ folder: 'INBOX', query: {}, wanted: { content: false }, start: 'new', checkEvery: 30 },
      ...options,
    });
  const inbox = async (): Promise<Message[]> => {
    const fresh = lab.session();
    const found = await fresh.use(
      async (client) => await client.listMessages('INBOX', {}, { content: false }, 1000),
      { repeatable: true },
    );
    await fresh.close();
    return found.reverse();
  };
  /** So many arrivals, settled. */
  const take = async (watch: FolderWatch, count: number, limit = 10): Promise<string[]> => {
    const subjects: string[] = [];
    while (subjects.length < count) {
      const arrivals = await watch.next({ limit, signal: AbortSignal.timeout(20_000) });
      expect(arrivals.length).toBeLessThanOrEqual(limit);
      for (const arrival of arrivals) watch.settle(arrival.id);
      subjects.push(...arrivals.map(subjectOf));
    }
    return subjects;
  };
  const rest = async (watch: FolderWatch) =>
    await expect(watch.next({ limit: 10, signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });

  it('begins with unread mail, oldest first, if it is told to', async () => {
    await lab.deliver('a', 'read', 'c');
    if (name !== 'POP3') {
      const read = (await inbox()).find(({ subject }) => subject === 'read')!;
      await session.use(async (client) => await client.markMessages([read.id], { isRead: true }), {
        repeatable: true,
      });
    }
    const watch = watchOf({ start: 'unread' });
    await watch.begin();
    await lab.deliver('new');
    const wanted = name === 'POP3' ? ['a', 'read', 'c', 'new'] : ['a', 'c', 'new'];
    expect(await take(watch, wanted.length, 1)).toEqual(wanted);
    await rest(watch);
  });

  it('begins with mail since a date, and goes on in the middle of it', async () => {
    await lab.deliver('too old');
    await sleep(1100);
    await lab.deliver(...numbered('since', 30));
    // Over POP3 the time is the sender's, which has no fractions of a second.
    const [, first] = await inbox();
    watcher = new Watcher(
      () => lab.session(),
      { start: { since: new Date(first!.receivedAt!) } },
      () => Math.random() * 40,
      4,
    );
    await watcher.start();
    for (const pause of [150, 100, 250]) {
      await sleep(pause);
      await watcher.kill();
      await lab.deliver(`new ${pause}`);
      await watcher.start();
    }
    const wanted = [...numbered('since', 30), 'new 150', 'new 100', 'new 250'];
    for (let waits = 0; waits < 100 && watcher.settled.length < wanted.length; waits++) await sleep(50);
    await sleep(200);
    expect([...watcher.settled].sort()).toEqual([...wanted].sort());
    expect(watcher.state).not.toHaveProperty('backlog');
  });

  it('has no flood of old mail after the server lost its memory, and skips none', async () => {
    await lab.deliver(...numbered('old', 150));
    const events: unknown[] = [];
    const watch = watchOf({ log: (event) => events.push(event) });
    await watch.begin();
    await lab.deliver('one', 'two');
    expect(await take(watch, 2)).toEqual(['one', 'two']);
    const { state } = watch;
    expect(JSON.stringify(state).length).toBeLessThan(20_000);
    await session.close();
    await lab.deliver('three');
    await lab.faults[Object.keys(lab.faults).find((fault) => /lost|new UIDs/.test(fault))!]!();
    await lab.deliver('four');
    session = lab.session();
    const again = watchOf({ state, log: (event) => events.push(event) });
    expect(await take(again, 2)).toEqual(['three', 'four']);
    await rest(again);
    expect(events).toMatchObject([{ type: 'started', found: 0 }, { type: 'restarted' }]);
  });

  it('has no flood of the few messages that are there after the server lost its memory', async () => {
    const watch = watchOf({ start: 'unread' });
    await lab.deliver('a', 'b', 'c');
    expect(await take(watch, 3)).toEqual(['a', 'b', 'c']);
    await lab.faults[Object.keys(lab.faults).find((fault) => /lost|new UIDs/.test(fault))!]!();
    await lab.deliver('d');
    let got: string[] = [];
    while (got.length === 0) got = await take(watch, 1).catch(() => []);
    expect(got).toEqual(['d']);
    await rest(watch);
  });

  it('gives only what matches', async () => {
    const watch = watchOf({ query: { subject: ['wanted'] } });
    await watch.begin();
    const before = lab.requests().length;
    await lab.deliver(...numbered('other', 20), 'wanted 1', ...numbered('another', 20), 'wanted 2');
    expect(await take(watch, 2)).toEqual(['wanted 1', 'wanted 2']);
    await rest(watch);
    if (name === 'IMAP') {
      const searches = lab
        .requests()
        .slice(before)
        .filter((line) => /SEARCH.*SUBJECT/.test(line));
      expect(searches.length).toBeLessThanOrEqual(2);
    }
  });

  it('gives a message again that was given back, and none that is not settled', async () => {
    const watch = watchOf();
    await watch.begin();
    await lab.deliver('one', 'two');
    const arrivals: Arrival[] = [];
    while (arrivals.length < 2) {
      arrivals.push(...(await watch.next({ limit: 2, signal: AbortSignal.timeout(20_000) })));
    }
    expect(watch.unsettled).toBe(2);
    await rest(watch);
    const waiting = watch.next({ limit: 5, signal: AbortSignal.timeout(20_000) });
    await sleep(150);
    watch.giveBack(arrivals[0]!.id);
    expect((await waiting).map(subjectOf)).toEqual(['one']);
    for (const { id } of arrivals) watch.settle(id);
    for (const { id } of arrivals) watch.giveBack(id);
    await rest(watch);
    expect(watch.state).toMatchObject({ settled: [] });
  });

  it('does not use the state of another folder, or of something else', async () => {
    const state = {
      v: 1 as const,
      of: 'another',
      cursor: 'x',
      settled: [],
      recent: [],
      newest: '',
      began: '',
    };
    for (const one of [state, { ...state, v: 2 }, null, 'x', {}]) {
      expect(watchOf({ state: one as never }).state).toBeUndefined();
    }
    const watch = watchOf();
    await watch.begin();
    expect(watchOf({ state: watch.state }).state).toEqual(watch.state);
    expect(watchOf({ state: watch.state, folder: 'Other' }).state).toBeUndefined();
  });
});
