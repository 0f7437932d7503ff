// Real servers for the tests, from Debian, unpacked into separate folders. None is installed: some of them conflict
// with one another, and none should start by itself.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aptGetAsRoot } from './debian.mjs';
import { installOnce } from './install-once.mjs';
import { run } from './progress.mjs';

const execute = promisify(execFile);

/**
 * Fetches the servers once. A missing package is an error: tests are never skipped because a server is missing.
 * @param {string} name of the folder in the cache
 * @param {string} size of the download, e.g. `53 MB`
 * @param {Record<string, string[]>} servers each server's packages; the shared libraries that they need are found
 * @returns {Promise<string>} the folder that holds one folder for each server, as `/` would be
 */
export async function debianServers(name, size, servers) {
  const version = createHash('sha256').update(JSON.stringify(servers)).digest('hex').slice(0, 8);
  const title = `Fetching ${Object.keys(servers).join(', ')} from Debian (once: ${size})`;
  return await installOnce(`${name}-${version}`, title, async (folder) => {
    await aptGetAsRoot()?.('update');
    const debs = join(folder, 'debs');
    await mkdir(debs);
    for (const [server, packages] of Object.entries(servers)) {
      const root = join(folder, server);
      await mkdir(root);
      await unpack(await withLibraries(packages), debs, root);
      await checkLibraries(root);
    }
    await rm(debs, { recursive: true });
  });
}

/** Of a package without a version in its name, such as `postgresql`, the one with it counts as a library too. */
const IS_LIBRARY = /^(lib(?!c6$|gcc-s1$).*|.*-libs|postgresql-(client-)?\d+)$/;
/** PostgreSQL runs without the compiler that it would speed up long queries with. */
const IS_NO_LIBRARY = /-(dev|bin|perl|stdlib|minimal)$|^libllvm/;

/**
 * Those packages and all shared libraries that they depend on, even those that this machine has: another machine
 * may use the cache folder later. Only the C library comes from the machine.
 * @param {string[]} packages @returns {Promise<string[]>}
 */
async function withLibraries(packages) {
  const all = new Set(packages);
  for (let asked = packages; asked.length; ) {
    const options = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
    const { stdout } = await execute('apt-cache', [
      'depends',
      ...options.map((relation) => `--no-${relation}`),
      ...asked,
    ]);
    const named = [...stdout.matchAll(/^ [ |](?:Pre)?Depends: ([^<\s]+)$/gm)].map(([, name = '']) => name);
    asked = named.filter((name) => IS_LIBRARY.test(name) && !IS_NO_LIBRARY.test(name) && !all.has(name));
    asked = [...new Set(asked)];
    asked.forEach((name) => all.add(name));
  }
  return [...all];
}

/** @param {string[]} packages @param {string} debs where the packages' files are kept @param {string} root */
async function unpack(packages, debs, root) {
  const has = (/** @type {string} */ name) => readdirSync(debs).find((file) => file.startsWith(`${name}_`));
  const missing = packages.filter((name) => !has(name));
  if (missing.length) await run('apt-get', ['download', ...missing], { cwd: debs, log: 'apt-get-download' });
  for (const name of packages) {
    const file = has(name);
    if (!file) throw new Error(`apt-get downloaded no ${name}`);
    await run('dpkg', ['-x', join(debs, file), root], { log: 'dpkg' });
  }
  // On the system these are links into /usr, so files that packages put there belong in /usr too.
  for (const folder of ['lib', 'bin', 'sbin']) await merge(join(root, folder), join(root, 'usr', folder));
}

/** Moves the contents of a folder into another. @param {string} from @param {string} to @returns {Promise<void>} */
async function merge(from, to) {
  if (!existsSync(from)) return;
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await merge(source, target);
    else await rename(source, target);
  }
  await rm(from, { recursive: true });
}

/** Fails where a program lacks a shared library. @param {string} root */
async function checkLibraries(root) {
  const files = await readdir(join(root, 'usr'), { recursive: true, withFileTypes: true });
  const inFolders = (/** @type {RegExp} */ kind) =>
    files.filter((file) => file.isFile() && kind.test(join(file.parentPath, file.name)));
  const libraries = [...new Set(inFolders(/\.so(\.|$)/).map(({ parentPath }) => parentPath))];
  const programs = inFolders(/\/(s?bin|lib\/[^/]+)\/[^/.]+$/).map((file) => join(file.parentPath, file.name));
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
  const missing = new Set();
  for (const program of programs) {
    // `ldd` fails for scripts.
    const { stdout } = await execute('ldd', [program], { env }).catch(() => ({ stdout: '' }));
    for (const [, library] of stdout.matchAll(/^\s*(\S+) => not found/gm)) missing.add(library);
  }
  if (missing.size) throw new Error(`In ${root}, ${[...missing].join(', ')} are missing`);
}
