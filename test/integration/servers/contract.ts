import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { openClient } from '../../../mail/session/open-client';
import { tellsWhatArrived } from '../../contract/arriving';
import { changesMail } from '../../contract/changing';
import { readsMail } from '../../contract/reading';
import { givesThreads } from '../../contract/threads';
import { searchesFolders } from '../../contract/searching';
import { FAILING, type Limit } from '../../servers/debian/limits';
import type { MailServer } from '../../servers/debian/mail-server';
import { mail } from '../../servers/mailbox';
import { sessionOf } from '../fixture';
import { mailboxOf, settingsOf } from './lab';
import { findLimits } from './probes';

/**
 * Starts a server for a test file, and holds it to the contract of every protocol.
 *
 * @param limits what it cannot do
 * @param faults titles of the contract's tests that fail by a fault of ours
 * @returns the server, once the tests run
 */
export function onServer(
  start: () => Promise<MailServer>,
  limits: readonly Limit[],
  faults: readonly string[] = [],
): () => MailServer {
  let server: MailServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => await server?.stop());
  const hasLastingUids = !limits.includes('lastingUids');
  const failing = [...limits.flatMap((limit) => FAILING[limit] ?? []), ...faults];
  const mailbox = (protocol: 'imap' | 'pop3', user: 'reads' | 'changes' | 'pop3') => async () =>
    await Promise.resolve(mailboxOf(server, protocol, user));

  it('has exactly the limits that the documentation names', async () => {
    expect(await findLimits(server)).toEqual(limits);
  });

  describe('IMAP', () => {
    readsMail(mailbox('imap', 'reads'), { flags: true, structure: true });
    changesMail(mailbox('imap', 'changes'), {
      keywords: !limits.includes('keywords'),
      newIds: !limits.includes('newIds'),
      failing,
    });
    searchesFolders(mailbox('imap', 'changes'));
    // Without lasting numbers no cursor holds for longer than a second.
    if (hasLastingUids) tellsWhatArrived(mailbox('imap', 'changes'), { folders: true });
    givesThreads(mailbox('imap', 'changes'), { folders: true, usualOnly: true });
  });

  describe('POP3', () => {
    readsMail(mailbox('pop3', 'pop3'), { flags: false, structure: false });
    // GNU Mailutils keeps a mailbox in one file, and locks it for a session, so that nothing can arrive.
    if (hasLastingUids) tellsWhatArrived(mailbox('pop3', 'changes'), { folders: false });
  });
  describe.each(['imap', 'pop3'] as const)('a session over %s', (protocol) => {
    it.each(['tls', 'starttls', 'none'] as const)('is opened with security: %s', async (security) => {
      const port = server.ports[security === 'tls' ? (`${protocol}s` as const) : protocol];
      const client = await openClient(settingsOf(server, protocol, 'alice', { port, security }));
      expect(await client.check()).toBe(true);
      await client.close();
    });

    it('goes on after the server was restarted', async () => {
      await server.deliver('alice', 'INBOX', [{ raw: mail({ subject: 'kept' }) }]);
      const session = sessionOf(settingsOf(server, protocol, 'alice'));
      const read = async () =>
        await session.use(async (client) => (await client.findMessages('INBOX', {}, 1)).length, {
          repeatable: true,
        });
      expect(await read()).toBe(1);
      await server.restart();
      expect(await read()).toBe(1);
      await session.close();
    });
  });

  it('refuses a wrong login with a clear error', async () => {
    const authenticator = new BasicAuthenticator(server.login('alice'), 'wrong');
    const opening = openClient({ ...settingsOf(server, 'imap', 'alice'), authenticator });
    await expect(opening).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });
  return () => server;
}
