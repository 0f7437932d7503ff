import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import { FolderWatch, type WatchOptions } from '../../../mail/session/folder-watch';
import type { Session } from '../../../mail/session/session';
import { sleep } from '../../servers/wait';
import { startEwsWatch } from './watch-lab';

// Messages that Exchange cannot give, and says that it is its own trouble (ErrorInternalServerError): for one message
// of a request, or for the request.

let lab: Awaited<ReturnType<typeof startEwsWatch>>;
let session: Session;
let watch: FolderWatch;
/** Subjects, and the codes of errors, with the time of each since the watch began. */
let given: Array<{ what: string; id: string; at: number }>;
let rejected: number;

beforeEach(async () => {
  lab = await startEwsWatch();
  session = lab.session();
  [given, rejected] = [[], 0];
});
afterEach(async () => await lab.stop());

/** Ten looks take a second, instead of two and a half minutes. */
const LOOK = 100;

async function begin(options: Partial<WatchOptions> = {}): Promise<void> {
  watch = new FolderWatch(session, {
    ...{ folder: 'INBOX', query: {}, wanted: { content: false }, start: 'new', checkEvery: 20 },
    retryAfter: LOOK,
    ...options,
  });
  await watch.begin();
}

/** Delivers messages of which some are damaged before anybody looks at them. */
async function deliver(damage: 'one' | 'all', ...subjects: string[]): Promise<void> {
  await lab.deliver(...subjects);
  const messages = await session.use(
    async (client) => await client.listMessages('INBOX', {}, { content: false }, 1000),
    { repeatable: true },
  );
  for (const { id, subject } of messages)
    if (subject.startsWith('damaged')) lab.server.damaged.set(id, damage);
}

/** As a trigger does: settles what it is given, and tries again after errors, until it has so many. */
async function listen(milliseconds: number, enough = Infinity): Promise<void> {
  const start = Date.now();
  const signal = AbortSignal.timeout(milliseconds);
  while (!signal.aborted && given.length < enough) {
    const arrivals = await watch.next({ limit: 10, signal }).catch(async (error: unknown) => {
      if (isMailError(error)) rejected++;
      await sleep(20);
      return [];
    });
    for (const { id, message } of arrivals) {
      const what = isMailError(message) ? message.message : message.subject;
      given.push({ what, id, at: Date.now() - start });
      watch.settle(id);
    }
  }
}

const whats = () => given.map(({ what }) => what);
const REFUSED = 'Exchange cannot do this at the moment (ErrorInternalServerError)';

describe.each(['one', 'all'] as const)('a message that is refused (%s of the request)', (damage) => {
  const refused = damage === 'one' ? REFUSED : 'Exchange refused the request (ErrorInternalServerError)';

  it('stops no other mail, and is given with its error after a few looks', async () => {
    await begin();
    await deliver(damage, 'a', 'damaged', 'b', 'c');
    const listening = listen(30_000, 5);
    await sleep(300);
    expect(whats().slice(0, 3)).toEqual(['a', 'b', 'c']);
    await lab.deliver('later');
    await listening;
    expect(whats().slice(3).sort()).toEqual([refused, 'later']);
    const [bad] = lab.server.damaged.keys();
    expect(given.find(({ what }) => what === refused)).toMatchObject({ id: bad });
    expect(rejected).toBe(0);
  });

  it('stops no other mail if there is a filter that is decided here', async () => {
    await begin({ query: { to: ['alice@example.test'] } });
    await deliver(damage, 'a', 'damaged', 'b');
    await listen(10_000, 2);
    expect(whats().slice(0, 2)).toEqual(['a', 'b']);
  });

  it('is compared with a message that was there before, if nothing else arrives', async () => {
    await lab.deliver('old');
    await begin();
    await deliver(damage, 'damaged 1', 'damaged 2');
    await listen(30_000, 2);
    expect(whats()).toEqual([refused, refused]);
    expect(rejected).toBe(0);
  });

  it('is looked at for longer if it is alone in the folder', async () => {
    await begin();
    await deliver(damage, 'damaged');
    await listen(2_500, 1);
    expect(whats()).toEqual([]);
  });
});

it.each(['one', 'all'] as const)('nor is one reported if all are new (%s of a request)', async (damage) => {
  await begin();
  await deliver(damage, 'damaged 1', 'damaged 2', 'damaged 3', 'damaged 4');
  const listening = listen(30_000, 4);
  await sleep(5_000);
  expect(whats()).toEqual([]);
  lab.server.damaged.clear();
  await listening;
  expect(whats().sort()).toEqual(['damaged 1', 'damaged 2', 'damaged 3', 'damaged 4']);
});

it('a server that gives no message is in trouble: none is reported, and all start when it is over', async () => {
  await lab.deliver('damaged before');
  await begin();
  await deliver('one', 'damaged 1', 'damaged 2', 'damaged 3', 'damaged before');
  const listening = listen(30_000, 4);
  await sleep(5_000);
  expect(whats()).toEqual([]);
  expect(rejected).toBeGreaterThan(3);
  lab.server.damaged.clear();
  await listening;
  expect(whats()).toEqual(['damaged 1', 'damaged 2', 'damaged 3', 'damaged before']);
});
