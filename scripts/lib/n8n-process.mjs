// A real n8n as a process: start it on loopback, run its command line, stop it.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { freePort } from './ports.mjs';

export { installPackage } from './install-package.mjs';

/** Reachable from this machine only, and without calls to other servers. */
const QUIET = {
  NODE_ENV: 'production', // not vitest's "test", with which n8n behaves differently
  N8N_LISTEN_ADDRESS: '127.0.0.1',
  N8N_SECURE_COOKIE: 'false', // plain http on loopback
  N8N_DIAGNOSTICS_ENABLED: 'false',
  N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
  N8N_DYNAMIC_BANNERS_ENABLED: 'false',
  N8N_TEMPLATES_ENABLED: 'false',
  N8N_PERSONALIZATION_ENABLED: 'false',
  N8N_HIRING_BANNER_ENABLED: 'false',
  N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
  N8N_COMMUNITY_PACKAGES_ENABLED: 'true',
  N8N_REINSTALL_MISSING_PACKAGES: 'false',
  N8N_VERIFIED_PACKAGES_ENABLED: 'false', // would fetch the list of verified packages
  N8N_DISABLED_MODULES: 'mcp-registry', // would fetch the list of MCP servers
};

/**
 * Where n8n and its Node are. `npm test` and `npm run demo` pass them on by environment.
 * @typedef {{ n8nDir?: string, node?: string }} Runtime
 *   `n8nDir`: the folder whose node_modules holds n8n (default `$N8N_DIR`);
 *   `node`: a Node ≥ 24 (default `$NODE24`, else the running one)
 */

/**
 * A running n8n.
 * @typedef {object} N8n
 * @property {string} url e.g. `http://localhost:5678`
 * @property {number} port
 * @property {number} pid n8n's own process (for measuring its memory or sockets)
 * @property {() => string} logs everything it has printed so far
 * @property {() => boolean} running
 * @property {Promise<unknown>} exited resolved, with its exit code or signal, when it has ended
 * @property {(options?: { kill?: boolean }) => Promise<void>} stop SIGTERM as in production and SIGKILL
 *   after 20 seconds; `kill: true`: SIGKILL at once (a crash)
 */

/** @param {number} port of the editor and its API */
const asMain = (port) => ({
  args: ['start'],
  env: { N8N_PORT: String(port), N8N_EDITOR_BASE_URL: `http://localhost:${port}` },
});

/** @param {number} port where it says only whether it is ready */
const asWorker = (port) => ({
  args: ['worker'],
  env: {
    QUEUE_HEALTH_CHECK_ACTIVE: 'true',
    QUEUE_HEALTH_CHECK_PORT: String(port),
    N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
  },
});

/**
 * Starts n8n and waits until it answers. The promise is rejected, with the end of n8n's output, when
 * n8n exits or is not ready in time.
 *
 * @param {Runtime & { userFolder: string, port?: number, worker?: boolean, env?: Record<string, string>,
 *   timeoutMs?: number, logFile?: string }} options `port`: default any free one; `worker`: one of queue mode's,
 *   without the editor
 * @returns {Promise<N8n>}
 */
export async function startN8n({
  userFolder,
  port,
  worker,
  env = {},
  timeoutMs = 120_000,
  logFile,
  ...runtime
}) {
  port ??= await freePort();
  const brokerPort = await freePort(); // of the task runners; the default is the same for every n8n
  const role = worker ? asWorker(port) : asMain(port);
  const { child, output } = launch(runtime, role.args, logFile, {
    N8N_USER_FOLDER: userFolder,
    ...role.env,
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    ...env,
  });
  let running = true;
  const exited = new Promise((resolve) =>
    child.once('close', (code, signal) => {
      running = false;
      resolve(signal ?? code);
    }),
  );
  // Its own process group, so that its task runners are stopped with it.
  const killGroup = () => signalGroup(child.pid, 'SIGKILL');
  process.once('exit', killGroup);
  void exited.then(() => process.off('exit', killGroup));

  const stop = async ({ kill = false } = {}) => {
    if (running) child.kill(kill ? 'SIGKILL' : 'SIGTERM');
    const force = setTimeout(killGroup, kill ? 0 : 20_000);
    await exited;
    clearTimeout(force);
    killGroup();
  };

  const ready = waitUntilReady(`http://127.0.0.1:${port}/healthz/readiness`, timeoutMs, () => running);
  const problem = await ready.catch((/** @type {Error} */ error) => error);
  if (problem) {
    await stop({ kill: true });
    throw new Error(
      `n8n did not start: ${problem.message}. The end of its output:\n${output().slice(-3000)}`,
    );
  }
  const url = `http://localhost:${port}`;
  return { url, port, pid: child.pid ?? 0, logs: output, running: () => running, exited, stop };
}

/**
 * Runs one command of n8n's command line, e.g. `['import:workflow', '--input', file]`.
 * @param {string[]} args
 * @param {Runtime & { userFolder: string, env?: Record<string, string>, logFile?: string }} options
 * @returns {Promise<string>} what it printed; rejected when it fails
 */
export async function runN8nCommand(args, { userFolder, env = {}, logFile, ...runtime }) {
  const { child, output } = launch(runtime, args, logFile, { N8N_USER_FOLDER: userFolder, ...env });
  const killGroup = () => signalGroup(child.pid, 'SIGKILL');
  process.once('exit', killGroup);
  const code = await new Promise((resolve) => child.once('close', resolve));
  process.off('exit', killGroup);
  if (code !== 0) throw new Error(`n8n ${args[0]} failed (${code}):\n${output().slice(-3000)}`);
  return output();
}

/**
 * @param {Runtime} runtime @param {string[]} args @param {string | undefined} logFile
 * @param {Record<string, string>} env
 */
function launch({ n8nDir = process.env.N8N_DIR, node = process.env.NODE24 }, args, logFile, env) {
  if (!n8nDir) throw new Error('Where is n8n? Set N8N_DIR, or run this through `npm test`.');
  node ??= process.execPath;
  const bin = join(n8nDir, 'node_modules', 'n8n', 'bin', 'n8n');
  // N8N_ and DB_ settings of the developer's shell must not reach this n8n.
  const outer = Object.entries(process.env).filter(
    ([key]) => !/^(N8N|DB|EXECUTIONS|QUEUE|OFFLOAD|WEBHOOK)_/.test(key),
  );
  // It ends with us even if we are killed.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', node, bin, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(outer),
      ...QUIET,
      PATH: `${dirname(node)}:${process.env.PATH}`,
      ...env,
    },
  });
  const log = logFile ? createWriteStream(logFile, { flags: 'a' }) : undefined;
  let text = '';
  const keep = (/** @type {Buffer} */ chunk) => {
    text = (text + chunk).slice(-5_000_000);
    log?.write(chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.once('error', (error) => keep(Buffer.from(String(error))));
  child.once('close', () => log?.end());
  return { child, output: () => text };
}

/** @param {string} url @param {number} timeoutMs @param {() => boolean} running */
async function waitUntilReady(url, timeoutMs, running) {
  for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
    if (!running()) throw new Error('it exited');
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`not ready after ${timeoutMs / 1000} seconds`);
}

/** @param {number | undefined} pid @param {NodeJS.Signals} signal */
function signalGroup(pid, signal) {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // No process of that group is left.
  }
}
