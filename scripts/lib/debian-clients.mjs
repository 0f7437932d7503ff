// Mail clients by others, which check the tests' Exchange. They come from Debian and are unpacked into the cache folder,
// not installed: DavMail's package would start a service, and no other package should be removed for them.
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { aptGetAsRoot } from './debian.mjs';
import { installOnce } from './install-once.mjs';

const execute = promisify(execFile);

const CLIENTS = ['python3-exchangelib', 'davmail-server'];

/** @returns {Promise<string>} the folder that holds them and their dependencies, like a root folder */
export async function debianClients() {
  const { 1: release = '' } =
    /^VERSION_ID="?([^"\n]*)/m.exec(await readFile('/etc/os-release', 'utf8')) ?? [];
  return await installOnce(`debian-clients-${release}`, 'Getting exchangelib and DavMail', async (folder) => {
    const packages = join(folder, 'packages');
    await mkdir(packages);
    const names = await missing().catch(async () => {
      // A fresh machine has no lists of packages, and only root can fetch them.
      await aptGetAsRoot()?.('update');
      return await missing();
    });
    await execute('apt-get', ['download', ...names], { cwd: packages });
    for (const name of await readdir(packages)) await execute('dpkg', ['-x', join(packages, name), folder]);
    await rm(packages, { recursive: true });
  });
}

/** The clients, with those of their dependencies that this machine lacks. */
async function missing() {
  const wanted = ['install', '--simulate', '--no-install-recommends', ...CLIENTS];
  const { stdout } = await execute('apt-get', wanted);
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => String(name));
}

// Run directly, it prints the folder, for tests.
if (import.meta.url === pathToFileURL(String(process.argv[1])).href) console.log(await debianClients());
