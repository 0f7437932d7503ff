import { buffer } from 'node:stream/consumers';

import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import { openClient } from '../../../mail/session/open-client';
import { deliver, mail } from '../../servers/mailbox';
import type { ImapAnswers } from '../../servers/scripted-imap';
import { ALICE } from '../fixture';
import { commandsOf, numbered, startImapLab, without, type ImapLab } from './lab';
import { cleanUp, opened, scripted, scriptedSettings } from './scripted-lab';

// The commands that cost a round trip each. If imapflow sends others, these tests show it.

cleanUp();

let lab: ImapLab;
beforeAll(async () => (lab = await startImapLab()));
afterAll(async () => await lab?.stop());

/** The commands of a session that lists the inbox ten times. */
const tenListings = async () =>
  await commandsOf(lab.wire, async () => {
    const client = await lab.open();
    for (let i = 0; i < 10; i++) await client.listMessages('INBOX', {}, { content: false }, 5);
    await client.close();
  });

/** The same by hand, without looking for new mail. */
const bareListings = async () =>
  await commandsOf(lab.wire, async () => {
    const auth = { user: ALICE, pass: lab.dovecot.users[ALICE]! };
    const flow = new ImapFlow({
      ...{ host: 'localhost', port: lab.wire.port, secure: false, doSTARTTLS: false, auth },
      ...{ logger: false, disableAutoIdle: true },
    });
    await flow.connect();
    await flow.mailboxOpen('INBOX');
    for (let i = 0; i < 10; i++) await flow.fetchAll('1:*', { uid: true });
    await flow.logout();
  });

describe('a session', () => {
  it('logs in with two commands, and lists again with a check for new mail', async () => {
    await lab.fill('INBOX', ['one', 'two']);
    const again = Array<string[]>(9).fill(['NOOP', 'FETCH']).flat();
    const commands = await tenListings();
    expect(commands).toEqual(['AUTHENTICATE', 'ID', 'SELECT', 'FETCH', ...again, 'LOGOUT']);
    const bare = await bareListings();
    const checks = commands.filter((command) => command === 'NOOP').length;
    expect(commands.length - checks).toBeLessThan(bare.length);
    expect(commands.length / bare.length).toBeLessThan(1.25);
  });

  it('sends the password with the first command, if the server announces that it may', async () => {
    const before = lab.wire.commands.length;
    await (await lab.open()).close();
    expect(lab.wire.commands[before]).toBe('AUTHENTICATE PLAIN (hidden)');
  });

  it('reads several large messages with one check of their folder', async () => {
    const large = numbered(3).map((subject) => ({ raw: mail({ subject, text: 'x'.repeat(2_000_000) }) }));
    deliver(lab.dovecot, ALICE, 'Large', large);
    const ids = await lab.witness.findMessages('Large', {}, Infinity);
    const read = async () => {
      for await (const [, message] of lab.client.openMessages(ids)) {
        expect(isMailError(message) ? message : (await buffer(message.content)).length).toBeGreaterThan(
          2_000_000,
        );
      }
    };
    await read();
    expect(await commandsOf(lab.wire, read)).toEqual(['NOOP', ...Array<string>(4).fill('UID FETCH')]);
  });
});

describe('the login at other servers', () => {
  /** The commands up to the listing of the inbox. */
  const commandsAt = async (answers: Readonly<Record<string, string>>, greeting?: string) => {
    const server = await scripted(
      (command) => Object.entries(answers).find(([start]) => command.startsWith(start))?.[1],
      [{ uid: 1 }],
      greeting,
    );
    const client = await openClient(scriptedSettings(server.port));
    const listed = await client.listMessages('INBOX', {}, { content: false }, 5);
    expect(listed).toHaveLength(1);
    await client.close();
    return server.commands.map((command) => command.replace(/ .*/, ''));
  };

  it('of a server that says what it can do only when it is asked', async () => {
    expect(await commandsAt({})).toEqual(['CAPABILITY', 'LOGIN', 'CAPABILITY', 'SELECT', 'FETCH', 'LOGOUT']);
  });

  // As 163.com does: without ID, SELECT is answered with "NO SELECT Unsafe Login".
  it('of a server that opens no folder before ID', async () => {
    let known = false;
    const commands: string[] = [];
    const answers: ImapAnswers = (command) => {
      commands.push(command.replace(/ .*/, ''));
      if (command === 'CAPABILITY') return '* CAPABILITY IMAP4rev1 ID\r\n';
      // The ID of a client that has not logged in yet does not count.
      if (command.startsWith('ID ')) known = commands.includes('LOGIN') && command.includes('"name"');
      if (command.startsWith('SELECT') && !known) return 'NO SELECT Unsafe Login. Please contact us for help';
      return undefined;
    };
    const { client } = await opened(answers, [{ uid: 1 }]);
    expect(await client.listMessages('INBOX', {}, { content: false }, 5)).toHaveLength(1);
    expect(commands.filter((command) => command === 'ID')).toHaveLength(1);
  });

  it('enables what changes the meaning of names and searches, and nothing that is not used', async () => {
    const CAPABILITY = '* CAPABILITY IMAP4rev1 ENABLE CONDSTORE UTF8=ACCEPT\r\n';
    const server = await scripted(
      (command) => (command === 'CAPABILITY' ? CAPABILITY : undefined),
      [{ uid: 1 }],
    );
    await (await openClient(scriptedSettings(server.port))).close();
    expect(server.commands.filter((command) => command.startsWith('ENABLE'))).toEqual(['ENABLE UTF8=ACCEPT']);
  });

  describe('of Exchange', () => {
    const greeting = '* OK The Microsoft Exchange IMAP4 service is ready. [TABQ]\r\n';
    const CAPABILITY = '* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN SASL-IR ID NAMESPACE\r\n';

    it('asks whether the mailbox opens', async () => {
      expect(await commandsAt({ CAPABILITY }, greeting)).toContain('NAMESPACE');
      expect(await commandsAt({ CAPABILITY })).not.toContain('NAMESPACE');
    });

    it('is refused if the mailbox does not open, although the password was accepted', async () => {
      const NAMESPACE = 'BAD User is authenticated but not connected.';
      const answers: Record<string, string> = { CAPABILITY, NAMESPACE };
      const server = await scripted((command) => answers[command], [], greeting);
      await expect(openClient(scriptedSettings(server.port))).rejects.toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        message: expect.stringContaining('not connected') as string,
      });
    });
  });

  it('of a server that takes the password only after an answer', async () => {
    const other = await startImapLab(without('SASL-IR'));
    try {
      const before = other.wire.commands.length;
      await (await other.open()).close();
      expect(other.wire.commands[before]).toBe('AUTHENTICATE PLAIN');
    } finally {
      await other.stop();
    }
  });
});
