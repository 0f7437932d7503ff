// `npm run bench`: commands and time of one session, of a connection per node, and of bare imapflow.
// `npm run bench -- bulk`: the same for thousands of messages, with the memory that they take.
// `npm run bench -- graph`: requests and time of n8n's own Outlook node and of ours.
// `npm run bench -- trigger`: n8n's own IMAP trigger and ours in one n8n, also while connections fail.
// With `--write`, the tables go to bench/README.md.
import { rmSync } from 'node:fs';
import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAndPack } from './lib/checkout.mjs';
import { compile } from './lib/compile.mjs';
import { debianPackages } from './lib/debian.mjs';
import { root } from './lib/paths.mjs';
import { run, step, under } from './lib/progress.mjs';
import { setUp } from './lib/setup.mjs';

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

try {
  const { node, n8nDir } = await setUp();
  await debianPackages();
  const folder = await mkdtemp(join(tmpdir(), 'email-session-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await step('Compiling the bench', () => compile(node, 'bench', folder, { dev: true }));
  // The nodes and n8n's engine have to share one: n8n's.
  rmSync(join(folder, 'node_modules', 'n8n-workflow'));
  const env = under(node, {
    N8N_DIR: n8nDir,
    NODE_PATH: join(n8nDir, 'node_modules'),
    // n8n's engine writes its generated key there.
    N8N_USER_FOLDER: folder,
    ...(process.argv.includes('--write') && { BENCH_README: join(root, 'bench', 'README.md') }),
  });
  const program = ['bulk', 'graph', 'trigger'].find((name) => process.argv.includes(name)) ?? 'main';
  if (program === 'trigger') {
    env.PACKAGE_TARBALL = await buildAndPack(node, folder);
    // What it starts n8n and looks into it with, which is not compiled.
    await symlink(join(root, 'scripts'), join(folder, 'scripts'));
    const probe = join('test', 'load', 'probe.cjs');
    await cp(join(root, probe), join(folder, probe));
  }
  await run(node, [join(folder, 'bench', `${program}.js`)], {
    env,
    show: true,
  });
  if (process.argv.includes('--write')) {
    const prettier = join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs');
    await run(node, [prettier, '--write', join(root, 'bench', 'README.md')], { log: 'bench-prettier' });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
