// The demo's n8n: its folder in the cache, its owner, its workflow and credential.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STALE_MS, takeLock } from './lock.mjs';
import { installPackage, startN8n } from './n8n-process.mjs';
import { RestClient } from './n8n-rest.mjs';
import { cachePath, root } from './paths.mjs';
import { freePort } from './ports.mjs';
import { step } from './progress.mjs';

const CREDENTIAL = { name: 'Demo mailbox', type: 'emailServerBasicApi' };
const WORKFLOW = join(root, 'examples', 'demo-workflow.json');

/**
 * Starts n8n with our package, the demo workflow and a credential for `account`; workflows from earlier
 * demos are kept.
 * @param {{ node: string, n8nDir: string }} runtime
 * @param {string} tarball
 * @param {Record<string, unknown>} account the credential's data, without the fields that have a default
 */
export async function startDemoN8n(runtime, tarball, account) {
  const userFolder = cachePath('demo');
  if (!(await takeLock(`${userFolder}.lock`))) {
    throw new Error(`Another demo is running, or was killed less than ${STALE_MS / 1000} seconds ago.`);
  }
  const logFile = cachePath('logs', 'demo-n8n.log');
  const options = { ...runtime, userFolder, logFile };
  await rm(logFile, { force: true });
  await mkdir(userFolder, { recursive: true });
  const packageDir = await step('Installing the package as a community package', () =>
    installPackage(tarball, userFolder),
  );

  const port = await freePort(5678);
  const start = () => startN8n({ ...options, port });
  let n8n = await step('Starting n8n', start);
  const rest = new RestClient(n8n.url);
  const owner = await demoOwner(userFolder);
  if (await rest.needsOwner()) await rest.setUpOwner(owner);
  else await rest.login(owner);
  const workflow = await step('Importing the credential and the workflow', () => importDemo(rest, account));
  return {
    ...{ n8n, rest, owner, workflow, logFile, packageDir },
    /** With the current build of the package. */
    restart: async () => {
      await n8n.stop();
      n8n = await start();
    },
    stop: () => n8n.stop(),
  };
}

/**
 * Over REST: each command of n8n's own command line starts all of n8n. What an earlier demo has imported is brought up
 * to date.
 * @param {RestClient} rest
 * @param {Record<string, unknown>} account
 */
async function importDemo(rest, account) {
  const data = { caCertificate: '', ignoreCertificate: false, ...account };
  const { id } = await store(rest, '/credentials', { ...CREDENTIAL, data });
  const { name, nodes, connections, settings } = JSON.parse(await readFile(WORKFLOW, 'utf8'));
  for (const { credentials = {} } of nodes) {
    for (const type of Object.keys(credentials)) credentials[type] = { id, name: CREDENTIAL.name };
  }
  return await store(rest, '/workflows', { name, nodes, connections, settings, pinData: {} });
}

/**
 * @param {RestClient} rest
 * @param {'/credentials' | '/workflows'} path
 * @param {{ name: string }} wanted replaces the one of that name
 */
async function store(rest, path, wanted) {
  const known = (await rest.call('GET', path)).find(
    (/** @type {{ name: string }} */ one) => one.name === wanted.name,
  );
  if (!known) return await rest.call('POST', path, wanted);
  const { versionId } = await rest.call('GET', `${path}/${known.id}`);
  return await rest.call('PATCH', `${path}/${known.id}`, { ...wanted, ...(versionId && { versionId }) });
}

/**
 * Stored with its n8n. The password is random, because other users of this machine can reach the port.
 * @param {string} userFolder
 * @returns {Promise<{ email: string, password: string }>}
 */
async function demoOwner(userFolder) {
  const file = join(userFolder, 'owner.json');
  const known = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  if (known) return known;
  const owner = { email: 'demo@example.com', password: `Demo-${randomBytes(6).toString('hex')}-1` };
  await writeFile(file, JSON.stringify(owner), { mode: 0o600 });
  return owner;
}
