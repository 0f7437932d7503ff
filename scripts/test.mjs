// `npm test`: everything, from a clean clone with nothing installed. `npm test -- test/unit` runs a part.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAndPack } from './lib/checkout.mjs';
import { debianClients } from './lib/debian-clients.mjs';
import { debianPackages } from './lib/debian.mjs';
import { mailServers } from './lib/mail-servers.mjs';
import { root } from './lib/paths.mjs';
import { queueServers } from './lib/queue-servers.mjs';
import { run, step, under } from './lib/progress.mjs';
import { setUp } from './lib/setup.mjs';

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

const vitestArgs = process.argv.slice(2);
const counts = { passed: 0, failed: 0 };

/** A failure is shown at once and counted. Steps that do not depend on it still run. */
async function counted(/** @type {() => Promise<unknown>} */ work) {
  try {
    await work();
  } catch (error) {
    counts.failed++;
    console.error(error instanceof Error ? error.message : error);
  }
}

/**
 * @param {string} node
 * @param {{ n8nDir: string, serversDir: string, queueDir: string, tarball: string }} made what the tests get in the environment
 * @param {string} folder for the report
 */
async function tests(node, { n8nDir, serversDir, queueDir, tarball }, folder) {
  const report = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const env = under(node, {
    ...{ N8N_DIR: n8nDir, NODE24: node },
    ...{ MAIL_SERVERS_DIR: serversDir, QUEUE_SERVERS_DIR: queueDir, PACKAGE_TARBALL: tarball },
  });
  /** @type {unknown} */
  const problem = await run(node, [vitest, 'run', ...reporters, ...vitestArgs], {
    cwd: root,
    env,
    show: true,
  }).then(
    () => undefined,
    (error) => error,
  );
  if (!existsSync(report)) throw problem ?? new Error('vitest wrote no report');
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    await readFile(report, 'utf8'),
  );
  const skipped = numPendingTests + numTodoTests;
  const skippedCount = process.env.CI ? skipped : 0;
  if (skippedCount) console.error(`${skipped} skipped: in CI that is a failure.`);
  counts.passed += numPassedTests;
  counts.failed += numFailedTests + skippedCount;
  // A file that does not load, or an error outside of every test, fails the run without failing a test.
  if (problem && numFailedTests === 0) throw problem;
}

const folder = await mkdtemp(join(tmpdir(), 'email-session-test-'));
process.once('exit', () => console.log(`\n${counts.passed} passed, ${counts.failed} failed`));
await counted(async () => {
  const { node, n8nDir } = await setUp();
  await debianPackages();
  const serversDir = await mailServers();
  const queueDir = await queueServers();
  await debianClients();
  const check = (/** @type {string} */ script) =>
    counted(() =>
      step(`npm run ${script}`, () =>
        run('npm', ['run', script], { cwd: root, env: under(node), log: script }),
      ),
    );
  // Each keeps one core busy. The tests come after them, because they measure time.
  const built = buildAndPack(node, folder);
  await Promise.allSettled([built, check('typecheck'), check('lint')]);
  const tarball = await built;
  await tests(node, { n8nDir, serversDir, queueDir, tarball }, folder);
});
await rm(folder, { recursive: true, force: true });
process.exitCode = counts.failed ? 1 : 0;
