// The n8n that the tests and the demo run our package in.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from './install-once.mjs';
import { run, under } from './progress.mjs';

/** Pinned, because the tests are about this version. */
export const N8N_VERSION = '2.41.1';

/**
 * Older versions that `npm run versions` tests, each with the Node that it runs on: the oldest that loads this package,
 * and the last line of n8n 1.
 */
export const OLDER_VERSIONS = { '1.85.3': 20, '1.123.81': 24 };

const MANIFEST = {
  // Not called "n8n": npm refuses to install a package into itself.
  name: 'email-session-n8n',
  private: true,
  // n8n 1.x takes it from outside of the npm registry. Only the spreadsheet nodes use it.
  overrides: { xlsx: '0.18.5' },
};

/**
 * @param {string} node a Node that this version of n8n runs on
 * @param {string} [version]
 * @returns {Promise<string>} the folder whose node_modules holds n8n
 */
export async function n8n(node, version = N8N_VERSION) {
  const title = `Installing n8n ${version} (once: 3 GB, about 4 minutes)`;
  return await installOnce(`n8n-${version}`, title, async (folder) => {
    await writeFile(join(folder, 'package.json'), `${JSON.stringify(MANIFEST)}\n`);
    const options = { cwd: folder, env: under(node) };
    const install = ['install', `n8n@${version}`, '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', install, { ...options, log: `n8n-${version}-install` });
    // The only install script that n8n's default database needs.
    const rebuild = ['rebuild', 'sqlite3', '--ignore-scripts=false'];
    await run('npm', rebuild, { ...options, log: `n8n-${version}-sqlite3` });
  });
}
