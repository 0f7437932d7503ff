// A lock for one process at a time: a file that its owner keeps touching. If the owner is killed, the file gets
// old and another process takes it over. (A process id means nothing to a container that shares the cache folder.)
import { rmSync } from 'node:fs';
import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 5000;
export const STALE_MS = 30_000;

/**
 * @param {string} path
 * @returns {Promise<(() => void) | undefined>} releases the lock; undefined if another process has it
 */
export async function takeLock(path) {
  const touched = await stat(path).then(
    (file) => file.mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - touched > STALE_MS) await rm(path, { force: true });
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return undefined;
    throw error;
  }
  const heartbeat = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
  heartbeat.unref();
  const release = () => {
    clearInterval(heartbeat);
    process.off('exit', release);
    rmSync(path, { force: true });
  };
  process.once('exit', release);
  return release;
}

/**
 * Waits for the lock, and holds it during `work`.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, work) {
  let release;
  while (!(release = await takeLock(path))) await sleep(1000);
  try {
    return await work();
  } finally {
    release();
  }
}
