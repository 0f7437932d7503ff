import { describe, expect, it } from 'vitest';

import { BusyWaits, whenNotBusy } from '../../../mail/exchange/busy';

const { signal } = new AbortController();

it.each([0, 10_000])(
  'leaves the wait for a login to the session, if the server says %s ms',
  async (backOff) => {
    let attempts = 0;
    const attempt = async () => {
      attempts++;
      return await Promise.resolve({ backOff });
    };
    const login = whenNotBusy(attempt, { host: 'ews.example.test', longestWait: 0, signal });
    await expect(login).rejects.toMatchObject({ code: 'CONNECTION_LIMIT', retryAfter: backOff });
    expect(attempts).toBe(1);
  },
);

describe('the waits for a server that stays busy', () => {
  /** All waits, in seconds, until it is given up. */
  const waitsFor = (...asked: number[]) => {
    const waits = new BusyWaits();
    const seconds: number[] = [];
    for (let n = 0; n < 100; n++) {
      const wait = waits.next((asked[n] ?? asked.at(-1)!) * 1000);
      if (wait === undefined) return seconds;
      seconds.push(wait / 1000);
    }
    return expect.fail('it is never given up');
  };

  it.each([
    ['always asks for a second', [1], [1, 2, 4, 8, 16, 32, 60, 60, 60]],
    ['asks for no time at all', [0], [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]],
    ['names no time', [10], [10, 20, 40, 60, 60, 60]],
    ['asks for less than a second', [0.249], [0.249, 1, 2, 4, 8, 16, 32, 60, 60, 60]],
    ['asks for minutes', [120], [120, 120]],
    ['asks for more each time', [30, 90, 170], [30, 90, 170]],
    ['asks for all the time that there is', [300], [300]],
    ['asks for hours', [3600], []],
    ['asks for ever', [Infinity], []],
  ])('grow where it %s, and all together are at most five minutes', (_, asked, expected) => {
    expect(waitsFor(...asked)).toEqual(expected);
  });

  it('begin at what the server asks for, so that one short pause stays short', () => {
    expect(new BusyWaits().next(10)).toBe(10);
  });
});
