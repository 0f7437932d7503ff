import { describe, expect, it } from 'vitest';

import { changesInList, MOST_KNOWN, type KnownMessages } from '../../../mail/model/changes-in-list';

const list = (...ids: string[]) => ids.map((id) => ({ id }));
const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `${from + n}`);
const start = (...ids: string[]): KnownMessages => changesInList(list(...ids), undefined, 10)!.now;

it('tells what is new, wherever it stands in the list', () => {
  const before = start('a', 'b');
  const changes = changesInList(list('x', 'a', 'y', 'z'), before, 10);
  expect(changes).toMatchObject({ arrived: ['x', 'y', 'z'], more: false });
  expect(changesInList(list('x', 'a', 'y', 'z'), changes!.now, 10)!.arrived).toEqual([]);
  // What was deleted and comes again is new.
  expect(changesInList(list('a', 'b'), changes!.now, 10)!.arrived).toEqual(['b']);
});

it('knows only what was given', () => {
  const first = changesInList(list('a', 'b', 'c', 'd'), start('a'), 2)!;
  expect(first).toMatchObject({ arrived: ['b', 'c'], more: true });
  expect(changesInList(list('a', 'b', 'c', 'd'), first.now, 2)).toMatchObject({
    arrived: ['d'],
    more: false,
  });
});

it('tells messages apart by their keys', () => {
  const before = changesInList([{ id: 'a', key: 'k' }], undefined, 10)!.now;
  const now = [
    { id: 'a;COPY=1/2', key: 'k' },
    { id: 'a;COPY=2/2', key: 'k 2' },
  ];
  expect(changesInList(now, before, 10)!.arrived).toEqual(['a;COPY=2/2']);
});

describe('messages that have all disappeared', () => {
  it('were deleted, if they were few, or if there are few others', () => {
    expect(changesInList(list('x'), start('a', 'b'), 10)!.arrived).toEqual(['x']);
    expect(changesInList([], start(...numbered(0, 50)), 10)!.arrived).toEqual([]);
    expect(changesInList(list('x'), start(...numbered(0, 50)), 10)!.arrived).toEqual(['x']);
  });

  it('may have other ids, if they were few and there are as many others', () => {
    expect(changesInList(list('x', 'y'), start('a', 'b'), 10)).toMatchObject({
      arrived: ['x', 'y'],
      mayBeKnown: true,
    });
    for (const [now, before] of [
      [['x'], ['a', 'b']],
      [
        ['a', 'x'],
        ['a', 'b'],
      ],
      [['x'], []],
    ] as const) {
      expect(changesInList(list(...now), start(...before), 10)).not.toHaveProperty('mayBeKnown');
    }
  });

  it('have other ids, if there are as many others', () => {
    expect(changesInList(list(...numbered(100, 150)), start(...numbered(0, 50)), 10)).toBeUndefined();
  });
});

it('cannot tell anything without a set', () => {
  for (const known of ['', 'x', undefined]) {
    expect(changesInList(list('a'), { known }, 10)).toBeUndefined();
  }
});

describe('a list that is too long to be remembered', () => {
  const all = numbered(0, MOST_KNOWN + 500);
  const before = start(...all);

  it('takes what is older than all known messages for old', () => {
    expect(before.known.length).toBeLessThan(48 * 1024);
    expect(changesInList(list(...all), before, 10)!.arrived).toEqual([]);
    const changes = changesInList(list(...all, 'x', 'y'), before, 1)!;
    expect(changes).toMatchObject({ arrived: ['x'], more: true });
    expect(changesInList(list(...all, 'x', 'y'), changes.now, 10)!.arrived).toEqual(['y']);
  });

  it('still does when most were deleted', () => {
    const few = [...all.slice(0, 100), ...all.slice(-5)];
    const changes = changesInList(list(...few), before, 10)!;
    expect(changes.arrived).toEqual([]);
    expect(changesInList(list(...few, 'x'), changes.now, 10)!.arrived).toEqual(['x']);
  });

  it('tells nothing when all known messages were deleted', () => {
    expect(changesInList(list(...all.slice(0, 100)), before, 10)).toBeUndefined();
  });
});
