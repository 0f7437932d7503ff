import { expect, it } from 'vitest';

import { newest, type Started } from '../../../n8n/trigger/memory';

// What a trigger remembers has an end, whatever happens over the years.

const batch = (key: string, messages: number): Started => ({
  ...{ key, at: 0, identities: [] },
  messages: Array.from({ length: messages }, (_, index) => String(index)),
});

it('of the runs of earlier processes, the newest are remembered', () => {
  const started = Array.from({ length: 500 }, (_, index) => batch(`run ${index}`, 100));
  const kept = newest(started);
  expect(kept).toHaveLength(20);
  expect(kept.at(-1)?.key).toBe('run 499');
  expect(newest(started.slice(0, 5))).toEqual(started.slice(0, 5));
  expect(newest([])).toEqual([]);
});
