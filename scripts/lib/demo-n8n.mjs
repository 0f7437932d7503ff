// The demo's n8n: its folder in the cache, its owner, its workflow and credential.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STALE_MS, takeLock } from './lock.mjs';
import { installPackage, runN8nCommand, startN8n } from './n8n-process.mjs';
import { RestClient } from './n8n-rest.mjs';
import { cachePath, root } from './paths.mjs';
import { freePort } from './ports.mjs';
import { step } from './progress.mjs';

const CREDENTIAL = { id: 'emailSessionDemoMail', name: 'Demo mailbox', type: 'emailServerBasicApi' };
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

  await step('Importing the credential and the workflow', async () => {
    const file = join(userFolder, 'credential.json');
    const data = { caCertificate: '', ignoreCertificate: false, ...account };
    try {
      await writeFile(file, JSON.stringify([{ ...CREDENTIAL, data }]), { mode: 0o600 });
      await runN8nCommand(['import:credentials', '--input', file], options);
    } finally {
      await rm(file, { force: true });
    }
    await runN8nCommand(['import:workflow', '--input', WORKFLOW], options);
  });

  const port = await freePort(5678);
  const start = () => startN8n({ ...options, port });
  let n8n = await step('Starting n8n', start);
  const rest = new RestClient(n8n.url);
  const owner = await demoOwner(userFolder);
  if (await rest.needsOwner()) await rest.setUpOwner(owner);
  else await rest.login(owner);
  const workflow = await rest.getWorkflow(JSON.parse(await readFile(WORKFLOW, 'utf8')).id);
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
