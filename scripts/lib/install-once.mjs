// Installs something big in the cache folder: completely or not at all, and by one process at a time.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { cachePath } from './paths.mjs';
import { step } from './progress.mjs';

/**
 * The folder gets its stamp only after `install` has finished. A folder without a stamp is an interrupted
 * install: it is deleted and installed again.
 * @param {string} name the folder's name in the cache
 * @param {string} title what the user reads during the installation
 * @param {(folder: string) => Promise<void>} install fills the new, empty folder
 * @returns {Promise<string>} the folder
 */
export async function installOnce(name, title, install) {
  const folder = cachePath(name);
  const stamp = join(folder, '.complete');
  if (existsSync(stamp)) return folder;
  await step(title, () =>
    withLock(`${folder}.lock`, async () => {
      if (existsSync(stamp)) return; // another process has just done it
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder);
      await install(folder);
      await writeFile(stamp, '');
    }),
  );
  return folder;
}
