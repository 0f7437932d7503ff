// The n8n that the tests and the demo run our package in.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './install-once.mjs';
import { run, under } from './progress.mjs';

/** Pinned, because the tests are about this version. */
export const N8N_VERSION = '2.41.1';

/**
 * @param {string} node a Node ≥ 24
 * @returns {Promise<string>} the folder whose node_modules holds n8n
 */
export async function n8n(node) {
  const title = `Installing n8n ${N8N_VERSION} (once: 3 GB, about 4 minutes)`;
  return await installOnce(`n8n-${N8N_VERSION}`, title, async (folder) => {
    // Not called "n8n": npm refuses to install a package into itself.
    await writeFile(join(folder, 'package.json'), '{ "name": "email-session-n8n", "private": true }\n');
    const options = { cwd: folder, env: under(node) };
    const install = ['install', `n8n@${N8N_VERSION}`, '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', install, { ...options, log: 'n8n-install' });
    // The only install script that n8n's default database needs.
    await run('npm', ['rebuild', 'sqlite3', '--ignore-scripts=false'], { ...options, log: 'n8n-sqlite3' });
  });
}
