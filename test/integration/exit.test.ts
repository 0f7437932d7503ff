import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { startDovecot } from '../servers/dovecot';
import { waitFor } from '../servers/wait';
import { ALICE } from './fixture';

/** The built package in a process of its own, as n8n loads it; `npm test` builds it first. */
const PROGRAM = `
  const { openClient } = require('./mail/session/open-client.js');
  const { BasicAuthenticator } = require('./mail/auth/basic.js');
  const { SessionRegistry } = require('./mail/session/registry.js');
  const { server, user, password } = JSON.parse(process.argv[1]);
  const settings = {
    provider: 'other', protocol: 'imap', authentication: 'basic', server,
    authenticator: new BasicAuthenticator(user, password),
    timeouts: { connect: 5000, command: 5000, idle: 60000 },
  };
  new SessionRegistry(openClient).open('1', 'Default', settings, 'reuse').then(() => console.log('open'));
`;

test.each([['SIGTERM'], ['SIGKILL']] as const)(
  'a process that ends by %s leaves no connection',
  async (signal) => {
    const dovecot = await startDovecot();
    try {
      const server = {
        host: 'localhost',
        port: dovecot.ports.imaps,
        security: 'tls',
        caCertificate: dovecot.ca,
      };
      const account = JSON.stringify({ server, user: ALICE, password: dovecot.users[ALICE] });
      const child = spawn(process.execPath, ['-e', PROGRAM, account], {
        cwd: join(__dirname, '../../dist'),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      const [output] = (await Promise.race([once(child.stdout, 'data'), ended])) as [unknown];
      expect(String(output)).toContain('open');
      expect(dovecot.connections()).toBe(1);
      child.kill(signal);
      await ended;
      await waitFor('the connection to end', () => dovecot.connections() === 0, 2_000);
    } finally {
      await dovecot.stop();
    }
  },
);
