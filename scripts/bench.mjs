// `npm run bench`: commands and time of one session, of a connection per node, and of bare imapflow.
// `npm run bench -- bulk`: the same for thousands of messages, with the memory that they take.
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { debianPackages } from './lib/debian.mjs';
import { root } from './lib/paths.mjs';
import { run, step, under } from './lib/progress.mjs';
import { setUp } from './lib/setup.mjs';

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

/**
 * Compiles the bench with the sources it measures into a folder that sees modules as the installed package
 * does: its own dependencies beside it, n8n-workflow from n8n.
 * @param {string} node
 * @param {string} folder
 */
async function compile(node, folder) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(node, [tsc, '-p', join(root, 'bench'), '--outDir', folder], { log: 'bench-tsc' });
  const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link);
  }
}

try {
  const { node, n8nDir } = await setUp();
  await debianPackages();
  const folder = await mkdtemp(join(tmpdir(), 'email-session-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await step('Compiling the bench', () => compile(node, folder));
  const env = under(node, {
    N8N_DIR: n8nDir,
    NODE_PATH: join(n8nDir, 'node_modules'),
    // Where n8n's engine writes the key that it makes for itself.
    N8N_USER_FOLDER: folder,
  });
  await run(node, [join(folder, 'bench', process.argv[2] === 'bulk' ? 'bulk.js' : 'main.js')], {
    env,
    show: true,
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
