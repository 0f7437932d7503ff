import { expect, it } from 'vitest';

import { IdSet } from '../../../mail/model/id-set';

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `id ${from + n}`);

it.each([0, 1, 2, 3, 100, 9_999])('holds %d ids and no others, as text too', (count) => {
  const set = IdSet.parse(IdSet.of(ids(count)).toString())!;
  expect(set.size).toBe(count);
  expect(ids(count).every((id) => set.has(id))).toBe(true);
  expect(ids(2000, count).some((id) => set.has(id))).toBe(false);
});

it('holds 10,000 ids in 48 KB', () => {
  const text = IdSet.of(ids(10_000)).toString();
  expect(text.length).toBeLessThan(48 * 1024);
  expect(text).toMatch(/^[\w.-]+$/);
});

it('holds each id once', () => {
  expect(IdSet.of(['a', 'b', 'a']).size).toBe(2);
});

it('is not made of what is no set', () => {
  const text = IdSet.of(ids(50)).toString();
  const wrong = [
    ...[undefined, null, 5, {}, '', 'x', '1', '1.2', '-1.3.', '999999.20.', '1000000.1.', '5.99.AAAA'],
    ...[text.slice(0, -20), text.replace(/^50/, '51'), text.replace(/^50/, '5')],
    `50.${/\.(\d+)\./.exec(text)![1]}.${'_'.repeat(500)}`,
  ];
  for (const one of wrong) expect([one, IdSet.parse(one)]).toEqual([one, undefined]);
});
