import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { newSeed } from '../../reliability/seed';
import { sleep, waitFor } from '../../servers/wait';
import { random } from '../../unit/random';
import { Watcher } from './watcher';
import { numbered, WATCH_LABS, type WatchLab } from './watch-lab';

describe.each(WATCH_LABS)('a watch over %s', (_, startLab) => {
  let lab: WatchLab;
  let watcher: Watcher;
  let count = 0;

  beforeAll(async () => {
    lab = await startLab();
    await lab.deliver(...numbered('old', 12));
  });
  afterEach(async () => await watcher?.kill());
  afterAll(async () => await lab?.stop());

  const isSettled = async (...subjects: string[]) => {
    await waitFor(
      `${subjects.join()} in ${watcher.settled.join()}`,
      () => subjects.every((subject) => watcher.settled.includes(subject)),
      20_000,
    );
  };

  it('gives what arrives, oldest first, and goes on in another process', async () => {
    watcher = new Watcher(() => lab.session());
    await watcher.start();
    await lab.deliver('one', 'two', 'three');
    await isSettled('three');
    await watcher.kill();
    await lab.deliver('four', 'five');
    await watcher.start();
    await lab.deliver('six');
    await isSettled('six');
    expect(watcher.settled).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
    expect(watcher.events).toEqual(['started']);
    expect(watcher.errors).toEqual([]);
  });

  it('gives again in another process what was not settled', async () => {
    let isSlow = true;
    watcher = new Watcher(
      () => lab.session(),
      {},
      () => (isSlow ? 60_000 : 0),
    );
    await watcher.start();
    await lab.deliver('slow 1', 'slow 2');
    await sleep(500);
    await watcher.kill();
    isSlow = false;
    await watcher.start();
    await isSettled('slow 1', 'slow 2');
    await lab.deliver('slow 3');
    await isSettled('slow 3');
    expect(watcher.settled).toEqual(['slow 1', 'slow 2', 'slow 3']);
  });

  it('loses nothing and repeats nothing after any fault', async () => {
    watcher = new Watcher(
      () => lab.session(),
      {},
      () => 5,
    );
    await watcher.start();
    const sent: string[] = [];
    const send = async (name: string) => {
      const subjects = numbered(name, 2);
      sent.push(...subjects);
      await lab.deliver(...subjects);
    };
    for (const [fault, happen] of Object.entries(lab.faults)) {
      const name = `${++count} ${fault}`;
      await send(`before ${name}`);
      const happening = happen();
      await send(`during ${name}`);
      await happening;
      await send(`after ${name}`);
      await isSettled(...sent);
    }
    expect([...watcher.settled].sort()).toEqual([...sent].sort());
  }, 60_000);

  it('loses nothing and repeats nothing of 500 messages, among faults and in killed processes', async () => {
    const seed = newSeed();
    console.log(`FAULT_SEED=${seed}`);
    const next = random(seed);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
    watcher = new Watcher(
      () => lab.session(),
      {},
      () => next() * 30,
      1 + Math.floor(next() * 10),
    );
    await watcher.start();
    const sent = numbered('message', 500);
    const faults = Object.values(lab.faults);
    for (let at = 0; at < sent.length; ) {
      const some = sent.slice(at, at + 1 + Math.floor(next() * 25));
      at += some.length;
      await lab.deliver(...some);
      const what = next();
      if (what < 0.3) await pick(faults)();
      else if (what < 0.45) {
        await watcher.kill();
        await watcher.start();
      }
      await sleep(next() * 100);
    }
    await waitFor('the last', () => watcher.settled.length >= sent.length, 60_000).catch(() => {});
    await sleep(300);
    const times = new Map<string, number>();
    for (const subject of watcher.settled) times.set(subject, (times.get(subject) ?? 0) + 1);
    expect({
      seed,
      lost: sent.filter((subject) => !times.has(subject)),
      twice: [...times].filter(([, time]) => time > 1),
      others: [...times.keys()].filter((subject) => !sent.includes(subject)),
    }).toEqual({ seed, lost: [], twice: [], others: [] });
  }, 180_000);
});
