import { afterAll, beforeAll, expect, it } from 'vitest';

import { describeCell, FaultRun, PROTOCOLS, type CellResult } from './faults/run';
import { table, writeSection } from './report';
import { chosen, newSeed, WHOLE, WHOLE_MINUTES } from './seed';

/** Of some thousands; `npm run faults` tries them all. */
const SAMPLE = 150;
/** How many at the same time, over each protocol: most of the time is a wait. */
const WIDTH = 4;

const seed = newSeed();
let run: FaultRun;

beforeAll(async () => {
  run = await FaultRun.start();
}, 120_000);
afterAll(async () => await run?.stop(), 30_000);

it(
  `ends done once or with a clear error wherever a connection fails (FAULT_SEED=${seed})`,
  { timeout: (WHOLE_MINUTES + 3) * 60_000 },
  async () => {
    // Every turn of every operation is a place to fail.
    expect(run.cells.length).toBeGreaterThan(2000);
    const cells = chosen(run.cells, WHOLE ? Infinity : SAMPLE, seed);
    const end = Date.now() + WHOLE_MINUTES * 60_000;
    const results = await run.try(cells, {
      width: WHOLE ? 2 * WIDTH : WIDTH,
      stop: () => WHOLE && Date.now() > end,
    });
    if (WHOLE) report(results, run.cells.length);
    else expect(results).toHaveLength(SAMPLE);
    const wrong = results.filter(({ problems }) => problems.length > 0);
    expect(
      wrong.map(({ cell, ending, problems }) => `${describeCell(cell)} => ${ending}: ${problems.join('; ')}`),
    ).toEqual([]);
  },
);

/** How many ended how, over each protocol. */
function report(results: readonly CellResult[], cells: number): void {
  const endings = [...new Set(results.map(({ ending }) => ending))].sort();
  const rows = endings.map((ending) => [
    ending,
    ...PROTOCOLS.map((protocol) => {
      const count = results.filter((one) => one.cell.protocol === protocol && one.ending === ending).length;
      return String(count);
    }),
  ]);
  const wrong = results.filter(({ problems }) => problems.length > 0);
  writeSection(
    'Faults',
    [
      `${results.length} of ${cells} cells were tried: a fault at one turn of one operation. Seed ${seed}.`,
      table(['Ended in', ...PROTOCOLS], rows),
      wrong.length === 0
        ? 'Nothing was lost or done twice, every error was clear and in time, and no connection was left.'
        : `${wrong.length} were not as they should be:\n\n${wrong
            .map(
              ({ cell, ending, problems }) => `- ${describeCell(cell)} => ${ending}: ${problems.join('; ')}`,
            )
            .join('\n')}`,
    ].join('\n\n'),
  );
}
