import { describe, expect, it } from 'vitest';

import { CASES, type HostileCase } from './hostile/cases';
import { MOST_MEMORY, MOST_TIME, tryHostile } from './hostile/run';
import { table, writeSection } from './report';
import { chosen, newSeed, WHOLE } from './seed';

const SAMPLE = 6;

const seed = newSeed();
const rows: string[][] = [];

describe(`a hostile server (FAULT_SEED=${seed})`, () => {
  it.each(WHOLE ? CASES : chosen(CASES, SAMPLE, seed))(
    'with $name over $protocol costs little',
    { timeout: 60_000 },
    costsLittle,
  );
});

async function costsLittle(one: HostileCase): Promise<void> {
  const result = await tryHostile(one);
  if (WHOLE) {
    rows.push([one.protocol, one.name, result.ending, `${result.took}`, `${result.megabytes}`]);
    const head = ['Protocol', 'What it says', 'Ended in', 'Time (ms)', 'Memory (MB)'];
    writeSection('Hostile servers', `Each in a process of its own.\n\n${table(head, rows)}`);
  }
  expect(result).toMatchObject({
    uncaught: '',
    ending: expect.stringMatching(/^[A-Z_]+$|^done$/) as string,
  });
  expect(result.took, 'milliseconds').toBeLessThan(MOST_TIME);
  expect(result.megabytes, 'megabytes').toBeLessThan(MOST_MEMORY);
}
