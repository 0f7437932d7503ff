import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { startDovecot, type Dovecot } from '../servers/dovecot';
import { waitFor } from '../servers/wait';
import { ALICE } from './fixture';

/** The built package in a process of its own, as n8n loads it; `npm test` builds it first. */
const PROGRAM = `
  const { openClient } = require('./mail/session/open-client.js');
  const { BasicAuthenticator } = require('./mail/auth/basic.js');
  const { SessionRegistry } = require('./mail/session/registry.js');
  const { server, user, password, keep, stays } = JSON.parse(process.argv[1]);
  const settings = {
    provider: 'other', protocol: 'imap', authentication: 'basic', server,
    authenticator: new BasicAuthenticator(user, password),
    timeouts: { connect: 5000, command: 5000, idle: 60000, keep },
  };
  const registry = new SessionRegistry(openClient);
  registry.open('1', 'Default', settings, 'reuse').then(async () => {
    if (keep) await registry.closeRun('1');
    console.log('open');
    if (stays) setInterval(() => {}, 1000);
  });
`;

let dovecot: Dovecot;
beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(async () => await dovecot?.stop());

interface Options {
  /** Milliseconds to keep the connection after the run, which is then over. */
  keep?: number;
  /** Whether the process has other work too, as n8n has. */
  stays?: boolean;
}

/** A process with an open session. */
async function startProcess(options: Options = {}) {
  const server = {
    host: 'localhost',
    port: dovecot.ports.imaps,
    security: 'tls',
    caCertificate: dovecot.ca,
  };
  const account = JSON.stringify({ server, user: ALICE, password: dovecot.users[ALICE], ...options });
  const child = spawn(process.execPath, ['-e', PROGRAM, account], {
    cwd: join(__dirname, '../../dist'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [output] = (await Promise.race([once(child.stdout, 'data'), ended])) as [unknown];
  expect(String(output)).toContain('open');
  return { child, ended };
}

const noConnection = async () =>
  await waitFor('the connection to end', () => dovecot.connections() === 0, 2_000);

test.each([
  ['SIGTERM', {}],
  ['SIGKILL', {}],
  ['SIGTERM', { keep: 60_000, stays: true }],
] as const)('a process that ends by %s leaves no connection (%j)', async (signal, options) => {
  const { child, ended } = await startProcess(options);
  expect(dovecot.connections()).toBe(1);
  child.kill(signal);
  await ended;
  await noConnection();
});

test('a connection that is kept does not keep the process alive', async () => {
  const started = Date.now();
  const { ended } = await startProcess({ keep: 60_000 });
  expect(await ended).toEqual([0, null]);
  expect(Date.now() - started).toBeLessThan(10_000);
  await noConnection();
});
