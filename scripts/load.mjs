// `npm run queue`, `npm run soak`: a real n8n under load. Each writes its section of docs/reliability.md.
// `npm run soak -- --runs 200` tries it with fewer runs.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAndPack } from './lib/checkout.mjs';
import { debianPackages } from './lib/debian.mjs';
import { root } from './lib/paths.mjs';
import { run, under } from './lib/progress.mjs';
import { queueServers } from './lib/queue-servers.mjs';
import { setUp } from './lib/setup.mjs';

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' } },
});
try {
  const { node, n8nDir } = await setUp();
  await debianPackages();
  const queueDir = await queueServers();
  const folder = await mkdtemp(join(tmpdir(), 'email-session-load-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const tarball = await buildAndPack(node, folder);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const files = positionals.map((name) => `test/load/${name}.test.ts`);
  await run(node, [vitest, 'run', '--project', 'load', ...files], {
    cwd: root,
    env: under(node, {
      ...{ N8N_DIR: n8nDir, NODE24: node, QUEUE_SERVERS_DIR: queueDir, PACKAGE_TARBALL: tarball },
      ...{ RELIABILITY: 'whole', ...(values.runs && { LOAD_RUNS: values.runs }) },
    }),
    show: true,
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
