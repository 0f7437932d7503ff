import { afterEach, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import { FolderWatch } from '../../../mail/session/folder-watch';
import { startEwsWatch, startGraphWatch } from './watch-lab';

// Exchange may refuse an old position without a word that it is lost.

let stop: () => Promise<void> = async () => await Promise.resolve();
afterEach(async () => await stop());

const CODE = 'ErrorInternalServerError';
const LABS = [
  ['EWS', startEwsWatch, { kind: 'within', code: CODE }],
  ['Graph', startGraphWatch, { kind: 'error', status: 500, code: CODE }],
] as const;

describe.each(LABS)('a position that %s refuses', (_, start, refusal) => {
  const watching = async () => {
    const lab = await start();
    stop = async () => await lab.stop();
    await lab.deliver('old');
    const events: string[] = [];
    const watch = new FolderWatch(lab.session(), {
      ...{ folder: 'INBOX', query: {}, wanted: { content: false }, start: 'new', checkEvery: 30 },
      log: ({ type }) => events.push(type),
    });
    await watch.begin();
    await lab.deliver('new');
    /** For the next requests; undefined for one that is answered. */
    const answers = (...faults: unknown[]) => void lab.server.faults.push(...(faults as never[]));
    const next = async () => {
      const arrivals = await watch.next({ limit: 10, signal: AbortSignal.timeout(20_000) });
      return arrivals.map(({ message }) => (isMailError(message) ? message.code : message.subject));
    };
    return { answers, next, events };
  };

  it('though it gives others, counts as lost', async () => {
    const { answers, next, events } = await watching();
    answers(refusal, undefined, refusal);
    expect(await next()).toEqual(['new']);
    expect(events).toEqual(['started', 'restarted']);
  });

  it('only once, is used again', async () => {
    const { answers, next, events } = await watching();
    answers(refusal);
    expect(await next()).toEqual(['new']);
    expect(events).toEqual(['started']);
  });

  it('like all others, is reported, and used again later', async () => {
    const { answers, next, events } = await watching();
    answers(refusal, refusal);
    await expect(next()).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    expect(await next()).toEqual(['new']);
    expect(events).toEqual(['started']);
  });
});
