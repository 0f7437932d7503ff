import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { retryAfter } from '../../../mail/net/https-reply';

const NOW = 'Thu, 26 Nov 2026 12:00:00 GMT';
const IN_A_MINUTE = 'Thu, 26 Nov 2026 12:01:00 GMT';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(NOW) }));
afterEach(() => void vi.useRealTimers());

it.each([
  ['120', 120_000],
  // microsoft-graph-docs 3877 and 17442.
  ['0.249', 249],
  ['0', 0],
  ['-5', 0],
  [IN_A_MINUTE, 60_000],
  ['Thu, 26 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  ['120, 120', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s', (value, milliseconds) => {
  expect(retryAfter(value)).toBe(milliseconds);
});

it.each([
  [NOW, 60_000],
  ['Thu, 26 Nov 2026 12:10:00 GMT', 0],
  ['Thu, 26 Nov 2026 11:50:00 GMT', 660_000],
  ['today', 60_000],
  ['', 60_000],
])('counts a date by the clock of the server: %s', (date, milliseconds) => {
  expect(retryAfter(IN_A_MINUTE, date)).toBe(milliseconds);
});
