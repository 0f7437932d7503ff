import { afterAll, beforeAll, expect, it } from 'vitest';

import { describeCell, FaultRun, PROTOCOLS, type CellResult } from './faults/run';
import { table, writeSection } from './report';
import { chosen, newSeed, PATIENCE, WHOLE, WHOLE_MINUTES } from './seed';

/** Of some thousands; `npm run faults` tries them all. */
const SAMPLE = 150;
/** How many at the same time, over each protocol: most of the time is a wait. */
const WIDTH = 4;

const seed = newSeed();
let run: FaultRun;

beforeAll(async () => {
  run = await FaultRun.start();
}, 120_000 * PATIENCE);
afterAll(async () => await run?.stop(), 30_000);

it(
  `ends done once or with a clear error wherever a connection fails (FAULT_SEED=${seed})`,
  { timeout: (WHOLE_MINUTES + 3) * 60_000 },
  async () => {
    // Every turn of every operation is a place to fail.
    expect(run.cells.length).toBeGreaterThan(2000);
    const cells = chosen(run.cells, WHOLE ? Infinity : SAMPLE, seed);
    const end = Date.now() + WHOLE_MINUTES * 60_000;
    let tried = 0;
    const results = await run.try(cells, {
      width: WHOLE ? Math.max(2, Math.round((2 * WIDTH) / PATIENCE)) : WIDTH,
      stop: () => WHOLE && Date.now() > end,
      report: (result) => WHOLE && show(result, ++tried, cells.length),
    });
    if (WHOLE) report(results, run.cells.length);
    else expect(results).toHaveLength(SAMPLE);
    const wrong = results.filter(({ problems }) => problems.length > 0);
    expect(wrong.map(describeResult)).toEqual([]);
  },
);

const describeResult = ({ cell, ending, problems }: CellResult): string =>
  `${describeCell(cell)} => ${ending}: ${problems.join('; ')}`;

/** What is wrong is shown as it comes, and else that there is progress: the whole takes half an hour. */
function show(result: CellResult, tried: number, all: number): void {
  if (result.problems.length > 0) console.error(describeResult(result));
  if (tried % 100 === 0) console.log(`${tried} of ${all}`);
}

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
            .map((one) => `- ${describeResult(one)}`)
            .join('\n')}`,
    ].join('\n\n'),
  );
}
