// The checkout's own dependencies, its build and its tarball.
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { run, step, under } from './progress.mjs';

/** @param {string} node */
export async function dependencies(node) {
  if (await upToDate()) return;
  await step('Installing the dependencies (npm ci)', () =>
    run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, env: under(node), log: 'npm-ci' }),
  );
}

/**
 * Builds and packs what a user would install.
 * @param {string} node
 * @param {string} folder where the tarball goes
 * @returns {Promise<string>} the tarball
 */
export async function buildAndPack(node, folder) {
  const options = { cwd: root, env: under(node) };
  await step('Building the package', async () => {
    await rm(join(root, 'dist'), { recursive: true, force: true }); // so that no older build is packed
    await run('npm', ['run', 'build'], { ...options, log: 'build' });
    await run('npm', ['pack', '--pack-destination', folder], { ...options, log: 'pack' });
  });
  const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
  if (!name) throw new Error('npm pack wrote no tarball');
  return join(folder, name);
}

/** Whether node_modules holds what package.json and package-lock.json ask for. */
async function upToDate() {
  const read = async (/** @type {string[]} */ ...path) =>
    JSON.parse(await readFile(join(root, ...path), 'utf8'));
  const installed = await read('node_modules', '.package-lock.json').catch(() => undefined); // npm's own record
  if (!installed) return false;
  const [manifest, { packages: locked }] = await Promise.all([
    read('package.json'),
    read('package-lock.json'),
  ]);
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  const inStep = kinds.every((kind) => JSON.stringify(manifest[kind]) === JSON.stringify(locked[''][kind]));
  const same = (/** @type {string} */ path) =>
    installed.packages[path]?.version === locked[path]?.version &&
    installed.packages[path]?.integrity === locked[path]?.integrity;
  const needed = Object.keys(locked).filter(
    (path) => path && !locked[path].optional && !locked[path].devOptional,
  );
  return inStep && [...needed, ...Object.keys(installed.packages)].every(same);
}
