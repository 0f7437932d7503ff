// `npm run ews-evidence`: why ews-javascript-api is not shipped, point by point, on Node 20 and 24
// (docs/ews-javascript-api.md).
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dependencies } from './lib/checkout.mjs';
import { compile } from './lib/compile.mjs';
import { node24, nodeOf } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';
import { run, step } from './lib/progress.mjs';

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

const SOURCE = join('test', 'clients', 'evidence');

try {
  const nodes = [await nodeOf(20), await node24()];
  await dependencies(nodes[1]);
  const folder = await mkdtemp(join(tmpdir(), 'ews-evidence-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await step('Compiling', () => compile(nodes[1], SOURCE, folder, { dev: true }));
  const schema = process.env.EWS_SCHEMA_DIR ?? join(root, '..', 'shared', 'ews-schema');
  const env = { ...process.env, EWS_SCHEMA_DIR: schema };
  await run(nodes[1], [join(folder, SOURCE, 'main.js'), ...nodes], { env, show: true });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
