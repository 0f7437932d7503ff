// `npm run dev`: an n8n with this checkout's nodes and a mailbox with sample mail. Each saved change is built, and n8n
// starts again with it.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAndPack } from './lib/checkout.mjs';
import { startDemoMail } from './lib/demo-mail.mjs';
import { startDemoN8n } from './lib/demo-n8n.mjs';
import { atEnd, end, isEnding } from './lib/ending.mjs';
import { root } from './lib/paths.mjs';
import { run, step, under } from './lib/progress.mjs';
import { setUp } from './lib/setup.mjs';

/** TypeScript's message at the end of a build in watch mode. */
const BUILT = /Found (\d+) errors?\. Watching/;

async function dev() {
  const runtime = await setUp();
  const folder = await mkdtemp(join(tmpdir(), 'email-session-dev-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const tarball = await buildAndPack(runtime.node, folder);
  const mail = await startDemoMail();
  atEnd(mail.stop);
  const demo = await startDemoN8n(runtime, tarball, mail.account);
  atEnd(() => demo.stop());
  console.log(`
The workflow, in the editor:    ${demo.n8n.url}/workflow/${demo.workflow.id}
  sign in as                    ${demo.owner.email}
  with the password             ${demo.owner.password}
n8n's log: ${demo.logFile}
Save a file to build it and to start n8n again. Reload the page then. Ctrl-C stops everything.
`);
  await watch(runtime.node, async () => {
    const env = under(runtime.node);
    await run('npx', ['gulp', 'build'], { cwd: root, env, log: 'gulp' });
    await cp(join(root, 'dist'), join(demo.packageDir, 'dist'), { recursive: true });
    await nameCredentials(demo.packageDir);
    await step('Starting n8n again', () => demo.restart());
  });
}

/**
 * n8n loads the nodes and credentials that the installed package names.
 * @param {string} packageDir
 */
async function nameCredentials(packageDir) {
  const read = async (/** @type {string} */ folder) =>
    JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const [installed, { n8n }] = await Promise.all([read(packageDir), read(root)]);
  await writeFile(join(packageDir, 'package.json'), JSON.stringify({ ...installed, n8n }, null, 2));
}

/**
 * Builds at each change, for as long as this runs.
 * @param {string} node
 * @param {() => Promise<void>} onBuilt after each build without errors but the first, one at a time
 */
async function watch(node, onBuilt) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiler = spawn(node, [tsc, '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'], {
    cwd: root,
    env: under(node),
  });
  atEnd(() => compiler.kill());
  let first = true;
  let work = Promise.resolve();
  compiler.stdout.on('data', (/** @type {Buffer} */ chunk) => {
    process.stdout.write(chunk);
    const [, errors] = BUILT.exec(String(chunk)) ?? [];
    if (errors === '0' && !first)
      work = work
        .then(onBuilt)
        .catch((error) => console.error(error instanceof Error ? error.message : error));
    if (errors !== undefined) first = false;
  });
  await new Promise((resolve) => compiler.once('close', resolve));
  if (!isEnding()) throw new Error('The compiler ended by itself.');
}

dev().catch((error) => {
  if (isEnding()) return;
  console.error(`\n${error instanceof Error ? error.message : error}`);
  return end(1);
});
