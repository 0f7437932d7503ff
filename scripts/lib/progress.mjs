// Shows the progress: each step when it starts, that it is still running, and how long it took.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { cachePath } from './paths.mjs';

const tty = process.stdout.isTTY;
const HEARTBEAT_MS = tty ? 1000 : 15_000;

/**
 * One step, with a line at its start and its duration at its end.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = Date.now();
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(0)} s`;
  console.log(`▸ ${title} …`);
  const heartbeat = setInterval(() => {
    if (tty) process.stdout.write(`\r  ${elapsed()} `);
    else console.log(`  still at it: ${title} (${elapsed()})`);
  }, HEARTBEAT_MS);
  const finish = (/** @type {string} */ mark) => {
    clearInterval(heartbeat);
    console.log(`${tty ? '\r' : ''}${mark} ${title} (${elapsed()})`);
  };
  try {
    const result = await work();
    finish('✔');
    return result;
  } catch (error) {
    finish('✘');
    throw error;
  }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
process.once('exit', () => children.forEach((child) => child.kill()));

/**
 * Runs a command. Its output goes to a log file, whose path and end are in the error when it fails;
 * with `show` it goes to the terminal instead.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, log?: string, show?: boolean }} [options]
 *   `log`: the log's name in the cache folder (default: the command's)
 * @returns {Promise<void>}
 */
export async function run(
  command,
  args,
  { cwd, env = process.env, log = basename(command), show = false } = {},
) {
  const logFile = cachePath('logs', `${log}-${process.pid}.log`);
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['inherit', ...Array(2).fill(show ? 'inherit' : 'pipe')],
  });
  children.add(child);
  if (!show) {
    const file = createWriteStream(logFile);
    child.stdout?.pipe(file, { end: false });
    child.stderr?.pipe(file, { end: false });
    child.once('close', () => file.end());
  }
  /** @type {unknown} */
  const ended = await new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  children.delete(child);
  if (ended === 0) return await rm(logFile, { force: true });
  const what = `"${[command, ...args].join(' ')}" failed (${ended instanceof Error ? ended.message : ended})`;
  if (show) throw new Error(what);
  const output = await readFile(logFile, 'utf8').catch(() => '');
  throw new Error(`${what}. From ${logFile}:\n${ends(output.trimEnd().split('\n'))}`);
}

/** The first and the last lines: npm says at the start what is wrong, compilers at the end. @param {string[]} lines */
function ends(lines) {
  const all = lines.length <= 50 ? lines : [...lines.slice(0, 15), '[…]', ...lines.slice(-30)];
  return all.join('\n');
}

/**
 * The environment for commands under another Node (npm too: it runs the first `node` in the path).
 * @param {string} node the binary
 * @param {Record<string, string>} [more]
 * @returns {NodeJS.ProcessEnv}
 */
export function under(node, more = {}) {
  // `npm test` passes its own settings on as npm_config_*. An npm in another folder must not use them.
  const clean = Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key) || isUserSetting(key));
  return { ...Object.fromEntries(clean), PATH: `${dirname(node)}:${process.env.PATH}`, ...more };
}

/** Settings that only the user's environment can contain, and that a machine may need. */
function isUserSetting(/** @type {string} */ key) {
  return /^npm_config_(registry|cafile|ca|proxy|https_proxy|noproxy|cache|userconfig|globalconfig)$/i.test(
    key,
  );
}
