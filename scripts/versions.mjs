// `npm run versions`: the package in every version of n8n that docs/n8n-versions.md names as tested.
// `npm run versions -- 1.85.3` takes one of them; `npm run versions -- --install` only gets them ready.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAndPack } from './lib/checkout.mjs';
import { debianPackages } from './lib/debian.mjs';
import { N8N_VERSION, OLDER_VERSIONS, n8n } from './lib/n8n-install.mjs';
import { nodeOf } from './lib/node24.mjs';
import { root } from './lib/paths.mjs';
import { run, step, under } from './lib/progress.mjs';
import { setUp } from './lib/setup.mjs';

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

/** A run of n8n's engine alone: what they test does not depend on n8n's server. */
const ENGINE_TESTS = ['lifetime', 'runs', 'put-away', 'editor'].map((name) => `test/core/${name}.test.ts`);

const onlyInstall = process.argv.includes('--install');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const isWanted = (/** @type {string} */ version) => !wanted.length || wanted.includes(version);

async function installOlder() {
  const older = [];
  for (const [version, major] of Object.entries(OLDER_VERSIONS)) {
    if (!isWanted(version)) continue;
    const node = await nodeOf(major);
    older.push({ version, n8nDir: await n8n(node, version), node });
  }
  return older;
}

async function testAll() {
  const { node, n8nDir } = await setUp();
  await debianPackages();
  const older = await installOlder();
  const newest = { version: N8N_VERSION, n8nDir, node };
  const folder = await mkdtemp(join(tmpdir(), 'email-session-versions-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const tarball = await buildAndPack(node, folder);

  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const tests = async (/** @type {string[]} */ args, /** @type {NodeJS.ProcessEnv} */ env) =>
    await run(node, [vitest, 'run', ...args], { cwd: root, env: under(node, env), show: true });
  const versions = isWanted(N8N_VERSION) ? [...older, newest] : older;
  await tests(['--project', 'versions'], {
    N8N_VERSIONS: JSON.stringify(versions),
    PACKAGE_TARBALL: tarball,
  });
  // `npm test` runs these in the newest version.
  for (const { version, n8nDir } of older)
    await step(`The engine of n8n ${version}`, () =>
      tests(['--project', 'quick', ...ENGINE_TESTS], { N8N_DIR: n8nDir }),
    );
}

try {
  await (onlyInstall ? installOlder() : testAll());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
