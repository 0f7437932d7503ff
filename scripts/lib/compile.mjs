// Compiles code of the tests to separate programs.
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from './paths.mjs';
import { run } from './progress.mjs';

/**
 * Compiles a folder of the checkout, with the sources that it imports, into a folder that finds modules like the
 * installed package does: its own dependencies, and with `dev` those of its tests.
 * @param {string} node
 * @param {string} source below the checkout; holds a tsconfig.json
 * @param {string} folder
 * @param {{ dev?: boolean }} [options]
 */
export async function compile(node, source, folder, { dev = false } = {}) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(node, [tsc, '-p', join(root, source), '--outDir', folder], {
    log: `${source.replaceAll('/', '-')}-tsc`,
  });
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...(dev && devDependencies) })) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link);
  }
}
