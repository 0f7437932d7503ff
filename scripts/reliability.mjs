// `npm run faults`, `npm run hostile`, `npm run fuzz`: all cases, of which `npm test` tries a sample. Each writes its
// section of docs/reliability.md. FAULT_SEED repeats a run, RELIABILITY_MINUTES bounds it, and
// RELIABILITY_PATIENCE makes it wait longer on a machine that has much else to do.
import { join } from 'node:path';
import { dependencies } from './lib/checkout.mjs';
import { debianPackages } from './lib/debian.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/progress.mjs';

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

const [part = 'faults'] = process.argv.slice(2);
try {
  await dependencies(process.execPath);
  if (part !== 'fuzz') await debianPackages();
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const file = `test/reliability/${part}.test.ts`;
  await run(process.execPath, [vitest, 'run', '--project', 'quick', file], {
    cwd: root,
    env: { ...process.env, RELIABILITY: 'whole' },
    show: true,
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
