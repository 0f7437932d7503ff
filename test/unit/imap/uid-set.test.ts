import { describe, expect, it } from 'vitest';

import { toSets, within } from '../../../mail/imap/uid-set';
import { numbers, random } from '../random';

/** Reads a set as a server would (RFC 9051 section 9, sequence-set). */
function membersOf(set: string): number[] {
  expect(set).toMatch(/^\d+(:\d+)?(,\d+(:\d+)?)*$/);
  return set.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split(':').map(Number);
    expect(to).toBeGreaterThanOrEqual(from);
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
  });
}

describe('toSets', () => {
  it.each<[number[], string[]]>([
    [[], []],
    [[7], ['7']],
    [[1, 2, 3], ['1:3']],
    [[3, 1, 2], ['1:3']],
    [[1, 3, 5], ['1,3,5']],
    [[1, 2, 4, 5, 9], ['1:2,4:5,9']],
    [[5, 5, 5], ['5']],
    [[4294967295, 4294967294], ['4294967294:4294967295']],
  ])('writes %j as %j', (uids, sets) => {
    expect(toSets(uids)).toEqual(sets);
  });

  it('writes 10,000 consecutive numbers as one short set', () => {
    expect(toSets(numbers(10_000, (index) => index + 1))).toEqual(['1:10000']);
  });

  it('contains exactly the given numbers, each once, in sets that fit a command line', () => {
    const next = random(1);
    for (let round = 0; round < 50; round++) {
      const density = 1 + Math.floor(next() * 20);
      const uids = numbers(Math.floor(next() * 5000), () => 1 + Math.floor(next() * 5000 * density));
      const sets = toSets(uids);
      const members = sets.flatMap(membersOf);
      expect(members).toEqual([...new Set(uids)].sort((a, b) => a - b));
      for (const set of sets) expect(set.length).toBeLessThanOrEqual(7000);
    }
  });

  it('splits a set that does not fit one line, and no more than needed', () => {
    const scattered = numbers(5000, (index) => 4_000_000_000 + 2 * index);
    const sets = toSets(scattered);
    expect(sets.length).toBe(Math.ceil((5000 * 11) / 7000));
    expect(sets.flatMap(membersOf)).toEqual(scattered);
  });
});

describe('the numbers that are in a set', () => {
  it.each([
    ['1:3', [1, 2, 3, 4], [1, 2, 3]],
    ['5', [4, 5, 6], [5]],
    ['2,4:6,9', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 4, 5, 6, 9]],
    ['7:8', [], []],
    ['7:8', [1, 9], []],
  ])('%s of %j', (set, all, expected) => {
    expect(within(set, all)).toEqual(expected);
  });

  it('are exactly those that it names', () => {
    const next = random(2);
    for (let round = 0; round < 50; round++) {
      const some = numbers(200, () => 1 + Math.floor(next() * 1000));
      const all = numbers(1000, (index) => index + 1);
      for (const set of toSets(some)) expect(within(set, all)).toEqual(membersOf(set));
    }
  });
});
