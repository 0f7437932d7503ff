import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { changesMail } from '../../contract/changing';
import { readsMail } from '../../contract/reading';
import { FAILING, type Limit } from '../../servers/debian/limits';
import type { MailServer } from '../../servers/debian/mail-server';
import { mailboxOf } from './lab';
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
  const mailbox = (protocol: 'imap' | 'pop3', user: 'reads' | 'changes' | 'pop3') => async () =>
    await Promise.resolve(mailboxOf(server, protocol, user));

  it('has the limits that the documentation names, and no other', async () => {
    expect(await findLimits(server)).toEqual(limits);
  });

  describe('IMAP', () => {
    readsMail(mailbox('imap', 'reads'), { flags: true, structure: true });
    changesMail(mailbox('imap', 'changes'), {
      keywords: !limits.includes('keywords'),
      newIds: !limits.includes('newIds'),
      failing: [...limits.flatMap((limit) => FAILING[limit] ?? []), ...faults],
    });
  });

  describe('POP3', () => {
    readsMail(mailbox('pop3', 'pop3'), { flags: false, structure: false });
  });
  return () => server;
}
