import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { startDovecot, type Dovecot } from '../servers/dovecot';
import { deliver, mail } from '../servers/mailbox';
import {
  errorOf,
  itemsOf,
  loadProcessLibrary,
  newOwner,
  restClient,
  type N8nProcess,
  type RestClient,
} from '../servers/n8n';
import { chain, node } from '../servers/workflow';
import { CREDENTIAL_TYPE, connect, start } from './nodes';

// The package of docs/node-authors.md: compiled against what we publish, packed, installed beside ours, and run.

const ROOT = join(__dirname, '..', '..');
const USER = 'ada@example.test';
const run = promisify(execFile);

let folder: string;
let n8n: N8nProcess;
let rest: RestClient;
let dovecot: Dovecot;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'another-package-'));
  const ours = process.env.PACKAGE_TARBALL!;
  const theirs = await build(join(folder, 'package'), ours);
  const { installPackage, startN8n } = await loadProcessLibrary();
  const userFolder = join(folder, 'n8n');
  for (const tarball of [ours, theirs]) await installPackage(tarball, userFolder);
  [n8n, dovecot] = await Promise.all([
    startN8n({ userFolder }),
    startDovecot({ users: { [USER]: 'ada-secret' } }),
  ]);
  rest = await restClient(n8n.url);
  await rest.setUpOwner(newOwner());
});
afterAll(async () => {
  await Promise.all([n8n?.stop(), dovecot?.stop()]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** As its author would. @returns the tarball */
async function build(place: string, ours: string): Promise<string> {
  cpSync(join(__dirname, 'another-package'), place, { recursive: true });
  const modules = join(place, 'node_modules');
  const published = join(modules, 'n8n-nodes-email-session');
  mkdirSync(published, { recursive: true });
  await run('tar', ['-xzf', ours, '-C', published, '--strip-components=1']);
  for (const name of ['n8n-workflow', '@types']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [compiler, '-p', place]).catch(({ stdout }: { stdout: string }) => {
    throw new Error(stdout);
  });
  await run('npm', ['pack', '--pack-destination', place], { cwd: place });
  return join(place, readdirSync(place).find((name) => name.endsWith('.tgz'))!);
}

const newestSenders = (parameters: object = {}) =>
  node('Newest Senders', 'n8n-nodes-newest-senders.newestSenders', {
    ...{ sessionName: 'Default', folder: 'INBOX', limit: 50 },
    ...parameters,
  });

async function execute(...nodes: ReturnType<typeof node>[]) {
  return await rest.runAndWait(await rest.createWorkflow(chain('another package', [start(), ...nodes])));
}

async function connected() {
  const { host, ports, ca, users } = dovecot;
  const data = {
    host,
    port: ports.imaps,
    security: 'tls',
    user: USER,
    password: users[USER],
    caCertificate: ca,
  };
  const credential = await rest.createCredential({
    ...{ name: 'Mail', type: CREDENTIAL_TYPE },
    data: { ...data, ignoreCertificate: false },
  });
  return connect(credential);
}

test('a node of another package uses the session of Email Connect', async () => {
  const from = ['Grace <grace@example.test>', 'Linus <linus@example.test>', 'Grace <grace@example.test>'];
  deliver(
    dovecot,
    USER,
    'INBOX',
    from.map((sender) => mail({ from: sender, to: USER })),
  );
  const before = dovecot.logins();
  const execution = await execute(await connected(), newestSenders());
  expect(execution.error).toBeUndefined();
  expect(itemsOf(execution, 'Newest Senders')).toEqual([
    { senders: ['grace@example.test', 'linus@example.test'] },
  ]);
  expect(dovecot.logins() - before).toBe(1);
});

test('its errors say what to do', async () => {
  const missing = await execute(await connected(), newestSenders({ folder: 'Nowhere' }));
  expect(errorOf(missing).message).toContain('Nowhere');
  const without = await execute(newestSenders());
  expect(errorOf(without).message).toContain('There is no email session "Default" in this run');
});
