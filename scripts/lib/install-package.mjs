// Installs our package into an n8n, from a tarball.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { under } from './progress.mjs';

const execute = promisify(execFile);

/**
 * Does what n8n's own installer does with a community package, from a tarball instead of a registry
 * (n8n/dist/modules/community-packages/community-packages.service.js, downloadPackage): unpack into
 * `<userFolder>/.n8n/nodes/node_modules/<name>`, drop dev, peer and optional dependencies, install the
 * rest without scripts, enter it in `nodes/package.json`. n8n scans that folder at start.
 *
 * @param {string} tarball what `npm pack` wrote
 * @param {string} userFolder N8N_USER_FOLDER (n8n itself adds `.n8n`)
 * @returns {Promise<string>} the folder of the installed package
 */
export async function installPackage(tarball, userFolder) {
  const nodesDir = join(userFolder, '.n8n', 'nodes');
  const { stdout } = await execute('tar', ['-xzOf', tarball, 'package/package.json']);
  const manifest = JSON.parse(stdout);
  for (const kind of ['devDependencies', 'peerDependencies', 'optionalDependencies']) delete manifest[kind];

  const packageDir = join(nodesDir, 'node_modules', manifest.name);
  await rm(packageDir, { recursive: true, force: true });
  await mkdir(packageDir, { recursive: true });
  await execute('tar', ['-xzf', tarball, '-C', packageDir, '--strip-components=1']);
  await writeFile(join(packageDir, 'package.json'), JSON.stringify(manifest, null, 2));
  const flags =
    '--audit=false --fund=false --bin-links=false --install-strategy=shallow --ignore-scripts=true';
  await execute('npm', ['install', ...flags.split(' '), '--package-lock=false'], {
    cwd: packageDir,
    env: under(process.execPath),
  });

  const ledgerPath = join(nodesDir, 'package.json');
  const ledger = await readFile(ledgerPath, 'utf8').then(JSON.parse, () => undefined);
  const dependencies = { ...ledger?.dependencies, [manifest.name]: manifest.version };
  const next = { name: 'installed-nodes', private: true, ...ledger, dependencies };
  await writeFile(ledgerPath, JSON.stringify(next, null, 2));
  return packageDir;
}
