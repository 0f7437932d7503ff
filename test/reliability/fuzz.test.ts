import { expect, it } from 'vitest';

import { isMailError } from '../../mail/errors';
import { random } from '../unit/random';
import { mutated } from './fuzz/mutate';
import { TARGETS } from './fuzz/targets';
import { table, writeSection } from './report';
import { newSeed, WHOLE, WHOLE_MINUTES } from './seed';

/** For each of what is read. Milliseconds. */
const TIME = WHOLE ? (WHOLE_MINUTES * 60_000) / TARGETS.length : 500;
/** On a machine that has much else to do. */
const FEWEST = 10;
/** No case has more than 100 KB: what takes longer takes more than a step for each byte. */
const SLOW = 2000;

const seed = newSeed();
const rows: string[][] = [];

it.each(TARGETS)(
  `reads any $name without an error of its own (FAULT_SEED=${seed})`,
  { timeout: TIME + 60_000 },
  async ({ name, corpus, run, answers = () => false }) => {
    const end = performance.now() + TIME;
    const wrong: string[] = [];
    let [cases, refused, slowest] = [0, 0, 0];
    for (; performance.now() < end || cases < FEWEST; cases++) {
      // Of each case its number is enough to make it again.
      const next = random(seed + cases);
      const bytes = mutated(corpus, next);
      const started = performance.now();
      try {
        await run(bytes, next);
      } catch (error) {
        if (isMailError(error) || answers(error)) refused++;
        else if (wrong.length < 5) {
          wrong.push(`case ${seed + cases}: ${(error as Error).stack?.split('\n').slice(0, 4).join(' | ')}`);
        }
      }
      slowest = Math.max(slowest, performance.now() - started);
    }
    if (WHOLE) {
      rows.push([
        name,
        `${cases}`,
        `${cases - refused}`,
        `${refused}`,
        `${wrong.length}`,
        `${Math.round(slowest)}`,
      ]);
      const head = ['Read', 'Cases', 'Read', 'Refused', 'Wrong', 'Slowest (ms)'];
      writeSection('Fuzzing', `Seed ${seed}.\n\n${table(head, rows)}`);
    }
    expect(wrong).toEqual([]);
    expect(slowest, 'milliseconds').toBeLessThan(SLOW);
  },
);
