import { describe, expect, it } from 'vitest';

import {
  arrivalsAfter,
  positionNow,
  type ChangeFeed,
  type ChangesPage,
  type PageOptions,
} from '../../../mail/exchange/change-feed';
import { PositionLost } from '../../../mail/exchange/position-lost';

/** A feed that gives these pages, and the last of them again and again. */
function feedOf(...pages: ChangesPage[]) {
  const asked: Array<[position: string | undefined, options: PageOptions]> = [];
  const feed: ChangeFeed = {
    ...{ kind: 'test', largestPage: 5 },
    folderKey: async (folder) => await Promise.resolve(folder),
    page: async (_, position, options) => {
      asked.push([position, options]);
      return await Promise.resolve(pages[Math.min(asked.length, pages.length) - 1]!);
    },
  };
  return { feed, asked };
}

const page = (position: string, isLast: boolean, ...ids: string[]): ChangesPage => ({
  ...{ position, isLast },
  created: ids.map((id) => ({ id, received: id.slice(1) })),
});

describe('the position now', () => {
  it('is behind the last page', async () => {
    const { feed, asked } = feedOf(page('p1', false, 'a1'), page('p2', false), page('p3', true, 'b2'));
    expect(await positionNow(feed, 'INBOX', undefined)).toBe('p3');
    const options = { most: 5, times: false };
    expect(asked).toEqual([
      [undefined, options],
      ['p1', options],
      ['p2', options],
    ]);
  });

  it.each([
    ['no position', [page('', true)]],
    ['the same position for ever', [page('p1', false, 'a1'), page('p1', false, 'a1')]],
  ])('is lost with %s', async (_, pages) => {
    const { feed, asked } = feedOf(...pages);
    await expect(positionNow(feed, 'INBOX', undefined)).rejects.toThrow(PositionLost);
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  it('is lost if new positions bring nothing new', async () => {
    let count = 0;
    const { feed } = feedOf(page('', true));
    const endless = { ...feed, page: async () => await Promise.resolve(page(`p${++count}`, false, 'a1')) };
    await expect(positionNow(endless, 'INBOX', undefined)).rejects.toThrow(PositionLost);
    expect(count).toBeLessThan(300);
  });
});

describe('what came after a position', () => {
  it('is sorted by its time, up to the limit', async () => {
    const { feed, asked } = feedOf(page('p1', false), page('p2', false, 'a3', 'b1'), page('p3', false, 'c2'));
    expect(await arrivalsAfter(feed, 'INBOX', 'p0', { limit: 3 })).toEqual({
      ...{ position: 'p3', arrived: ['b1', 'c2', 'a3'], more: true },
    });
    expect(asked.map(([position, { most, times }]) => [position, most, times])).toEqual([
      ['p0', 3, true],
      ['p1', 3, true],
      ['p2', 1, true],
    ]);
  });

  it('names each message once', async () => {
    const { feed } = feedOf(page('p1', false, 'a1'), page('p2', true, 'a1', 'b2'));
    const { arrived, more } = await arrivalsAfter(feed, 'INBOX', 'p0', { limit: 10 });
    expect([arrived, more]).toEqual([['a1', 'b2'], false]);
  });

  it('cannot be told without a new position', async () => {
    const { feed } = feedOf(page('', true, 'a1'));
    await expect(arrivalsAfter(feed, 'INBOX', 'p0', { limit: 10 })).rejects.toThrow(PositionLost);
  });

  it('stops when the signal is aborted', async () => {
    const { feed, asked } = feedOf(page('p1', false, 'a1'));
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(arrivalsAfter(feed, 'INBOX', 'p0', { limit: 10, signal: stopped })).rejects.toThrow(
      'stopped',
    );
    expect(asked).toEqual([]);
  });
});
