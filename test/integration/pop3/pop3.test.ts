import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Authenticator } from '../../../mail/auth/authenticator';
import type { MailClient } from '../../../mail/model/client';
import { isMailError, type MailError } from '../../../mail/errors';
import { deleteDrafts, getDrafts, listDrafts } from '../../../mail/model/drafts';
import type { Message } from '../../../mail/model/message';
import { openClient } from '../../../mail/session/open-client';
import { Pop3Client } from '../../../mail/pop3/client';
import type { ServerSettings } from '../../../mail/net/server-settings';
import type { MailServerSessionSettings } from '../../../mail/account/session-settings';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { startIdentity } from '../../servers/identity';
import { userTokens } from '../../servers/identity-client';
import { deliver, mail } from '../../servers/mailbox';
import { hangUp, startScriptedPop3, type Answers } from '../../servers/scripted-pop3';
import { waitFor } from '../../servers/wait';
import { ALICE, BOB, sessionOf, settingsFor } from '../fixture';

const NO_SUBMISSION = { send: () => Promise.reject(new Error('not here')), close: () => Promise.resolve() };

const popSettings = (
  dovecot: Dovecot,
  server: Partial<ServerSettings> = {},
  user = ALICE,
): MailServerSessionSettings => ({
  ...settingsFor(dovecot, { port: dovecot.ports.pop3s, ...server, user }),
  protocol: 'pop3',
});

describe('a real POP3 server', () => {
  let dovecot: Dovecot;
  const open = async (server: Partial<ServerSettings> = {}, user = ALICE) =>
    await openClient(popSettings(dovecot, server, user));
  const subjects = async (client: MailClient, limit = Infinity) =>
    (await client.listMessages('INBOX', {}, { content: false }, limit)).map(({ subject }) => subject);

  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(async () => await dovecot.stop());

  it.each(['tls', 'starttls', 'none'] as const)('is logged in to over %s', async (security) => {
    const port = security === 'tls' ? dovecot.ports.pop3s : dovecot.ports.pop3;
    const client = await open({ port, security });
    expect(await client.check()).toBe(true);
    await client.close();
    expect(client.usable).toBe(false);
  });

  it.each<
    [string, Partial<Omit<ServerSettings, 'port'>> & { port?: 'pop3' | 'imaps'; password?: string }, string]
  >([
    ['a wrong password', { password: 'canary-wrong' }, 'AUTHENTICATION_FAILED'],
    ['an authority that is not known', { caCertificate: undefined }, 'CERTIFICATE_UNTRUSTED'],
    ['TLS where STARTTLS is meant', { port: 'pop3' }, 'TLS_FAILED'],
    ['another protocol', { port: 'imaps' }, 'NOT_A_MAIL_SERVER'],
  ])('refuses %s with a clear error', async (_, { port, ...server }, code) => {
    const settings = settingsFor(dovecot, { port: dovecot.ports[port ?? 'pop3s'] || 0, ...server });
    const error = await openClient({ ...settings, protocol: 'pop3' }).then(
      () => expect.fail('logged in'),
      (reason: MailError) => reason,
    );
    expect(error).toMatchObject({ name: 'MailError', code });
    expect(error.message + error.description).not.toMatch(/canary/);
    await waitFor('the connection to end', () => dovecot.connections() === 0, 2000);
  });

  it('reads the newest 50 of 5,000 without touching the others', async () => {
    const user = BOB;
    deliver(
      dovecot,
      user,
      'INBOX',
      Array.from({ length: 5000 }, (_, i) => mail({ subject: `n${i}` })),
    );
    const client = await open({}, user);
    expect((await subjects(client, 50)).slice(0, 2)).toEqual(['n4999', 'n4998']);
    await client.close();
    // It writes its log when it has seen the end of the session.
    await waitFor('the count', () => /top=50\/\d+, retr=0\/0/.test(dovecot.log()), 5000);
  });

  it('empties the inbox without reading a header', async () => {
    const client = await open({}, BOB);
    const total = (await client.listFolders({ counts: true }))[0]?.counts?.total ?? 0;
    expect(total).toBeGreaterThan(4000);
    expect(await client.emptyFolder('INBOX')).toBe(total);
    await client.close();
    const deleted = new RegExp(`top=0/0, retr=0/0, del=${total}/${total}`);
    await waitFor('the count', () => deleted.test(dovecot.log()), 5000);
  });

  it('takes no message for another one when others delete some and add some after it has begun', async () => {
    deliver(
      dovecot,
      BOB,
      'INBOX',
      Array.from({ length: 250 }, (_, i) => mail({ subject: `stays ${i}` })),
    );
    const session = sessionOf(popSettings(dovecot, {}, BOB));
    const use = async <T>(work: (client: MailClient) => Promise<T>) =>
      await session.use(work, { repeatable: true });
    // From here on, the numbers of this connection are known.
    const before = await use(async (client) => await client.findMessages('INBOX', {}, Infinity));
    const witness = await openClient(settingsFor(dovecot, { user: BOB }));
    const all = await witness.findMessages('INBOX', {}, Infinity);
    await witness.deleteMessages(
      all.filter((_, index) => index % 5 === 0),
      { permanently: true },
    );
    await witness.close();
    deliver(dovecot, BOB, 'INBOX', [mail({ subject: 'new' })]);
    // By subject, so that each header is read. Dovecot then ends the connection, which is opened again.
    const query = { subject: ['stays'] };
    const found = await use(
      async (client) => await client.listMessages('INBOX', query, { content: false }, Infinity),
    );
    const stayed = before
      .map((id, index) => [id, `stays ${249 - index}`])
      .filter((_, index) => index % 5 !== 0);
    expect(found.map(({ id, subject }) => [id, subject])).toEqual(stayed);
    await session.close();
  });

  it('keeps every byte of unusual messages', async () => {
    const body = Buffer.concat([
      Buffer.from('.\r\n..\r\n.x\r\n\r\n.'),
      Buffer.from([0x80, 0xff, 0x0d, 0x0a, 0x2e, 0x2e, 0x0d, 0x0a]),
      Buffer.from('end without a line end'),
    ]);
    const raw = Buffer.concat([
      Buffer.from('Subject: Dots\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'),
      body,
    ]);
    deliver(dovecot, ALICE, 'INBOX', [raw]);
    const client = await open();
    const [message] = await client.listMessages('INBOX', { subject: ['Dots'] }, { content: false }, 1);
    const source = await buffer((await client.openMessage(message!.id)).content);
    expect(source.subarray(0, raw.length).equals(raw)).toBe(true);
    await client.close();
  });

  it('streams an attachment of any size, and the next command works', async () => {
    const content = randomBytes(12_000_000);
    const raw = mail({ subject: 'Large', text: 'x', attachments: [{ filename: 'a.bin', content }] });
    deliver(dovecot, ALICE, 'INBOX', [raw]);
    const client = await open();
    const [found] = await client.listMessages('INBOX', { subject: ['Large'] }, { content: false }, 1);
    const message = (await client.getMessages([found!.id], { content: true })).get(found!.id) as Message;
    expect(message.attachments).toMatchObject([{ fileName: 'a.bin', part: '2' }]);
    const download = await client.openAttachment(message.id, '2');
    const hash = createHash('sha256');
    for await (const chunk of download.content) hash.update(chunk as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
    expect(await subjects(client)).toContain('Large');
    // Half a download gives the connection up, and nothing is confused by what is left of it.
    const half = await client.openAttachment(message.id, '2');
    half.content.destroy();
    await waitFor('the connection to be given up', () => !client.usable, 2000);
    await client.close();
  });

  it('deletes for good when the session ends, and continues with a new one', async () => {
    deliver(dovecot, ALICE, 'INBOX', [mail({ subject: 'goes' }), mail({ subject: 'stays' })]);
    const client = await open();
    const [goes] = await client.findMessages('INBOX', { subject: ['goes'] }, 1);
    const outcomes = await client.deleteMessages([goes!, 'POP3;UIDL=unknown', 'rubbish'], {
      permanently: true,
    });
    expect([...outcomes.values()].map((one) => (isMailError(one) ? one.code : 'gone'))).toEqual(
      expect.arrayContaining(['gone', 'MESSAGE_NOT_FOUND', 'INVALID_INPUT']),
    );
    expect(outcomes.get(goes!)).toEqual({});
    expect(await subjects(client)).not.toContain('goes');
    expect(await subjects(client)).toContain('stays');
    await client.close();
    await expect((await open()).deleteMessages([goes!], { permanently: false })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: 'POP3 cannot move messages to a trash: it has none',
    });
  });

  it('notices new mail by looking again', async () => {
    const client = await Pop3Client.open(popSettings(dovecot), NO_SUBMISSION, undefined, 100);
    const before = await client.waitForChanges('INBOX', undefined, { timeout: 1000 });
    expect(await client.waitForChanges('INBOX', before, { timeout: 300 })).toBe(before);
    const waiting = client.waitForChanges('INBOX', before, { timeout: 5000 });
    deliver(dovecot, ALICE, 'INBOX', [mail({ subject: 'news' })]);
    expect(await waiting).not.toBe(before);
    expect(await subjects(client, 1)).toEqual(['news']);
    await client.close();
  });

  it('refuses operations that POP3 does not have, by name', async () => {
    const client = await open();
    const list = async (query: object, folder = 'INBOX') =>
      await client.listMessages(folder, query, { content: false }, 1);
    const refusals: Array<() => Promise<unknown>> = [
      async () => await listDrafts(client, { content: false }, 1),
      async () => await getDrafts(client, ['x'], { content: false }),
      async () => await deleteDrafts(client, ['x'], { permanently: true }),
      async () => await client.moveMessages(['x'], 'Archive'),
      async () => await client.copyMessages(['x'], 'Archive'),
      async () => await client.markMessages(['x'], { isRead: true }),
      async () => await client.appendMessage('INBOX', { content: Buffer.from(''), marks: {} }),
      async () => await client.createFolder('Archive'),
      async () => await client.saveDraft({ from: ALICE }),
      async () => await list({ isRead: false }),
      async () => await list({ keyword: ['x'] }),
      async () => await list({ raw: 'UNSEEN' }),
      async () => await list({}, 'Archive'),
    ];
    for (const refused of refusals) {
      await expect(refused()).rejects.toMatchObject({
        code: 'NOT_SUPPORTED',
        message: expect.stringMatching(/^POP3 cannot/) as string,
        description: expect.stringMatching(/IMAP/) as string,
      });
    }
    expect(await client.getFolder('Archive')).toBeUndefined();
    expect(await client.listFolders({ counts: true })).toMatchObject([
      { path: 'INBOX', specialUse: '\\Inbox' },
    ]);
    await client.close();
  });
});

describe('a POP3 server that fails', () => {
  const settings = (port: number): MailServerSessionSettings => ({
    ...settingsFor({ host: 'localhost', ports: {}, users: {} } as never, {
      port,
      security: 'none',
      password: 'canary',
    }),
    protocol: 'pop3',
    timeouts: { connect: 400, command: 400, idle: 1000 },
  });

  async function failure(answers: Answers, options: Parameters<typeof startScriptedPop3>[1] = {}) {
    const server = await startScriptedPop3(answers, options);
    try {
      const started = Date.now();
      const client = await openClient(settings(server.port));
      try {
        await client.listMessages('INBOX', {}, { content: true }, 10);
        return 'read';
      } finally {
        await client.close();
        expect(Date.now() - started).toBeLessThan(3000);
      }
    } catch (error) {
      expect((error as MailError).message + (error as MailError).description).not.toMatch(/canary/);
      return (error as MailError).code;
    } finally {
      await waitFor('the connection to end', () => server.open() === 0, 1000);
      await server.stop();
    }
  }
  const at =
    (name: string, answer: ReturnType<Answers>): Answers =>
    (command) =>
      command.startsWith(name) ? answer : '';

  it('still works when its answers come byte by byte', async () => {
    expect(await failure(() => '', { pieces: 1 })).toBe('read');
  });

  it.each([
    ['CAPA', 'CONNECT_TIMEOUT', 'CONNECTION_LOST', 'read'],
    ['USER', 'CONNECT_TIMEOUT', 'CONNECTION_LOST', 'AUTHENTICATION_FAILED'],
    ['PASS', 'CONNECT_TIMEOUT', 'CONNECTION_LOST', 'AUTHENTICATION_FAILED'],
    ['LIST', 'COMMAND_TIMEOUT', 'CONNECTION_LOST', 'SERVER_REFUSED'],
    ['UIDL', 'COMMAND_TIMEOUT', 'CONNECTION_LOST', 'NOT_SUPPORTED'],
    ['RETR', 'COMMAND_TIMEOUT', 'CONNECTION_LOST', 'SERVER_REFUSED'],
  ])('at %s: by silence, by hanging up, by a refusal', async (name, silent, lost, refused) => {
    expect(await failure(at(name, undefined))).toBe(silent);
    expect(await failure(at(name, hangUp))).toBe(lost);
    // A careless server repeats the password.
    const words = name === 'PASS' ? 'canary is wrong' : 'not now';
    expect(await failure(at(name, `-ERR ${words}\r\n`))).toBe(refused);
  });

  it.each([
    ['no greeting', '', 'CONNECT_TIMEOUT'],
    ['the greeting of another protocol', '220 smtp.example.test\r\n', 'NOT_A_MAIL_SERVER'],
    ['a refusal at once', '-ERR too busy\r\n', 'SERVER_REFUSED'],
    ['a refusal because it is full', '-ERR Too many POP3 connections\r\n', 'CONNECTION_LIMIT'],
    ['a line without an end', 'x'.repeat(100_000), 'NOT_A_MAIL_SERVER'],
  ])('with %s', async (_, greeting, code) => {
    expect(await failure(() => '', { greeting })).toBe(code);
  });

  it('in the middle of a message gives an error', async () => {
    expect(await failure(at('RETR', '+OK\r\nSubject: Half\r\n\r\nhalf of'))).toBe('COMMAND_TIMEOUT');
  });

  it('with rubbish instead of an answer', async () => {
    expect(await failure(at('LIST', 'rubbish\r\n'))).toBe('NOT_A_MAIL_SERVER');
  });

  it('at QUIT, which commits deletions, leaves their outcome unknown', async () => {
    for (const answer of [undefined, hangUp, '-ERR some messages were not deleted\r\n'] as const) {
      const server = await startScriptedPop3(at('QUIT', answer));
      const client = await openClient(settings(server.port));
      const [id] = await client.findMessages('INBOX', {}, 1);
      const outcome = (await client.deleteMessages([id!], { permanently: true })).get(id!);
      expect(outcome).toMatchObject({ code: 'CHANGE_UNCERTAIN' });
      await client.close();
      await server.stop();
    }
  });

  it('by speaking before TLS', async () => {
    const server = await startScriptedPop3((command) =>
      command === 'CAPA' ? '+OK\r\nSTLS\r\n.\r\n' : command === 'STLS' ? '+OK\r\n+OK injected\r\n' : '',
    );
    const { server: place, ...rest } = settings(server.port);
    const opening = openClient({ ...rest, server: { ...place, security: 'starttls' } });
    await expect(opening).rejects.toMatchObject({ name: 'MailError' });
    expect(server.commands.join()).not.toMatch(/canary|USER/);
    await server.stop();
    const without = await startScriptedPop3();
    const refused = openClient({ ...rest, server: { ...place, port: without.port, security: 'starttls' } });
    await expect(refused).rejects.toMatchObject({ code: 'STARTTLS_UNAVAILABLE' });
    expect(without.commands.join()).not.toMatch(/canary|USER/);
    await without.stop();
  });
});

describe('an access token', () => {
  it.each(['xoauth2', 'oauthbearer'] as const)(
    'opens the mailbox by %s, and is replaced once where it is refused',
    async (mechanism) => {
      const identity = await startIdentity({ delegated: [ALICE] });
      const dovecot = await startDovecot({
        oauth: { ...identity.introspection, mechanisms: [mechanism] },
      });
      const token = await userTokens(identity, ALICE);
      const asked: Array<string | undefined> = [];
      const authenticator = (accessToken: string): Authenticator => ({
        account: ALICE,
        fingerprint: 'x',
        login: async ({ refused } = {}) => {
          asked.push(refused);
          return await Promise.resolve({
            user: ALICE,
            accessToken: refused ? token.access_token : accessToken,
          });
        },
      });
      const settings = { ...popSettings(dovecot), authentication: 'oAuth2' as const };
      const client = await openClient({ ...settings, authenticator: authenticator('canary-stale') });
      expect(await client.listMessages('INBOX', {}, { content: false }, 1)).toEqual([]);
      await client.close();
      expect(asked).toEqual([undefined, 'canary-stale']);
      identity.revokeAccessTokens(ALICE);
      const refused = openClient({ ...settings, authenticator: authenticator(token.access_token) });
      await expect(refused).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
      await dovecot.stop();
      await identity.stop();
    },
  );
});
