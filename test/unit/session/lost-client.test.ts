import { expect, it } from 'vitest';

import { ConnectionLimit } from '../../../mail/async/connection-limit';
import { BasicAuthenticator } from '../../../mail/auth/basic';
import { MailError } from '../../../mail/errors';
import type { MailClient } from '../../../mail/model/client';
import { Session } from '../../../mail/session/session';

// Over https, a connection that was lost says nothing about the other requests of the same client.

/** A client that is always sure that it is usable, as one that has not noticed yet. */
class Client {
  readonly usable = true;
  closed = 0;

  async close(): Promise<void> {
    this.closed++;
    await Promise.resolve();
  }
}

const lost = () => new MailError('CONNECTION_LOST', 'The connection was lost', 'Run it again.');

function lab() {
  const clients: Client[] = [];
  const session = new Session(
    'Default',
    {
      ...{ provider: 'other', protocol: 'imap', authentication: 'basic' },
      server: { host: 'mail.example.test', port: 993, security: 'tls' },
      authenticator: new BasicAuthenticator('ada', 'secret'),
      timeouts: { connect: 100, command: 100, idle: 60_000 },
    },
    async () => {
      const client = new Client();
      clients.push(client);
      return await Promise.resolve(client as unknown as MailClient);
    },
    new ConnectionLimit(1),
  );
  return { clients, session };
}

/** Work that goes on until it is told to end. */
function longWork() {
  let end = () => {};
  const ended = new Promise<string>((resolve) => (end = () => resolve('done')));
  return { work: async () => await ended, end };
}

it('is left at once by repeatable work, and by other work when that has ended', async () => {
  const { clients, session } = lab();
  const { work, end } = longWork();
  const other = session.use(work, { repeatable: false });
  let tries = 0;
  const used = await session.use(
    async (client) => await (tries++ === 0 ? Promise.reject(lost()) : Promise.resolve(client)),
    { repeatable: true },
  );
  expect(tries).toBe(2);
  expect(used).toBe(clients[1]);
  expect(clients[0]!.closed).toBe(0);
  end();
  expect(await other).toBe('done');
  expect(clients.map(({ closed }) => closed)).toEqual([1, 0]);
  await session.close();
});

it('is not used for later work, after work that may not be repeated has failed', async () => {
  const { clients, session } = lab();
  const failing = session.use(async () => await Promise.reject(lost()), { repeatable: false });
  await expect(failing).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  expect(clients[0]!.closed).toBe(1);
  await session.open();
  expect(clients).toHaveLength(2);
  await session.close();
});

it('is closed with its session, even if someone still waits for it', async () => {
  const { clients, session } = lab();
  const { work, end } = longWork();
  const other = session.use(work, { repeatable: false });
  await session.use(async () => await Promise.reject(lost()), { repeatable: false }).catch(() => {});
  await session.close();
  expect(clients.map(({ closed }) => closed)).toEqual([1]);
  end();
  await other;
});
