// n8n needs Node 24; this machine's may be older. The npm package `node` brings one.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './install-once.mjs';
import { run, under } from './progress.mjs';

/** @returns {Promise<string>} the path of a Node ≥ 24: the running one, or one from the cache */
export async function node24() {
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : await nodeOf(24);
}

/**
 * @param {number} major
 * @returns {Promise<string>} the path of a Node of this version: the running one, or one from the cache
 */
export async function nodeOf(major) {
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const folder = await installOnce(`node-${major}`, `Getting Node ${major}`, async (folder) => {
    await writeFile(join(folder, 'package.json'), '{ "name": "email-session-node", "private": true }\n');
    // The package's install script is what fetches the binary for this machine.
    const args = ['install', `node@${major}`, '--ignore-scripts=false', '--no-audit', '--no-fund'];
    await run('npm', args, { cwd: folder, env: under(process.execPath), log: `node${major}` });
  });
  return join(folder, 'node_modules', 'node', 'bin', 'node');
}
