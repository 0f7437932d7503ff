import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { startBye, startClosing, startMuteAtLogin, startRubbish, startSilent } from '../../servers/faulty';
import { deliver, mail } from '../../servers/mailbox';
import { waitFor } from '../../servers/wait';
import { startWire } from '../../servers/wire';

const ALICE = { user: 'alice@example.test', pass: 'alice-secret' };
let dovecot: Dovecot;

beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

async function open(options: Partial<ImapFlowOptions> = {}): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: 'localhost',
    port: dovecot.ports.imaps,
    secure: true,
    auth: ALICE,
    tls: { ca: dovecot.ca },
    logger: false,
    disableAutoIdle: true,
    ...options,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const plain = (port: number) => ({ port, secure: false, doSTARTTLS: false });

test('delivered mail keeps its order, flags, date and every byte', async () => {
  const receivedAt = new Date('2026-03-01T12:00:00Z');
  const first = mail({ subject: 'Grüße 🎉 an alle, die diese recht lange Betreffzeile lesen', text: 'äöü' });
  const rest = Array.from({ length: 2000 }, (_, index) => mail({ subject: `number ${index}` }));
  deliver(dovecot, ALICE.user, 'Deep/Folder', [
    { raw: first, read: true, flagged: true, receivedAt },
    ...rest,
  ]);
  const client = await open();
  const lock = await client.getMailboxLock('Deep/Folder');
  const got = await client.fetchAll('1:*', { envelope: true, flags: true, internalDate: true });
  const whole = await client.fetchOne('1', { source: true });
  lock.release();
  await client.logout();
  expect(got).toHaveLength(2001);
  expect(got[0]?.envelope?.subject).toBe('Grüße 🎉 an alle, die diese recht lange Betreffzeile lesen');
  expect([...(got[0]?.flags ?? [])].sort()).toEqual(expect.arrayContaining(['\\Flagged', '\\Seen']));
  expect(new Date(got[0]?.internalDate ?? 0)).toEqual(receivedAt);
  expect(got.slice(1).map(({ envelope }) => envelope?.subject)).toEqual(
    rest.map((_, index) => `number ${index}`),
  );
  expect(whole && whole.source?.equals(first)).toBe(true);
});

test('mail with attachments has the structure that its parts need', async () => {
  const attachments = [
    { filename: 'a.txt', content: 'hello', contentType: 'text/plain' },
    { filename: 'Übersicht.bin', content: Buffer.from([0, 255]) },
    { filename: 'logo.png', content: 'x', contentType: 'image/png', cid: 'logo' },
  ];
  deliver(dovecot, ALICE.user, 'Files', [mail({ text: 'plain', html: '<img src="cid:logo">', attachments })]);
  const client = await open();
  const lock = await client.getMailboxLock('Files');
  const message = await client.fetchOne('1', { bodyStructure: true });
  lock.release();
  await client.logout();
  const types = (node: { type: string; childNodes?: { type: string }[] } | undefined): unknown =>
    node && [node.type, ...(node.childNodes ?? []).map(types)].flat();
  expect(message && types(message.bodyStructure)).toEqual([
    'multipart/mixed',
    'multipart/alternative',
    'text/plain',
    'multipart/related',
    'text/html',
    'image/png',
    'text/plain',
    'application/octet-stream',
  ]);
});

test('logins and open connections are counted, a kick closes the connection', async () => {
  const before = dovecot.logins();
  const clients = await Promise.all(Array.from({ length: 100 }, () => open()));
  expect(dovecot.connections()).toBe(100);
  await waitFor('the logins', () => dovecot.logins() === before + 100);
  const closed = Promise.all(
    clients.map((client) => new Promise((resolve) => client.once('close', resolve))),
  );
  await dovecot.kick(ALICE.user);
  await closed;
  await waitFor('the connections to end', () => dovecot.connections() === 0);
});

test('the wire counts connections and commands and shows no password', async () => {
  const wire = await startWire(dovecot.ports.imap);
  const client = await open(plain(wire.port));
  await client.append('INBOX', mail({ subject: 'A1 FAKE command', text: 'x' }));
  expect([wire.opened, wire.open]).toEqual([1, 1]);
  expect(wire.commands.filter((command) => command.startsWith('APPEND'))).toHaveLength(1);
  expect(wire.commands.filter((command) => /^(LOGIN|AUTHENTICATE)/.test(command))).toHaveLength(1);
  expect(wire.commands.join()).not.toMatch(/FAKE|secret|YWxpY2U/);
  wire.stall();
  let answered = false;
  const status = client.status('INBOX', { messages: true }).then((answer) => {
    answered = true;
    return answer;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(answered).toBe(false);
  wire.resume();
  expect(await status).toMatchObject({ messages: 1 });
  const closed = new Promise((resolve) => client.once('close', resolve));
  wire.dropAll();
  await closed;
  expect(wire.open).toBe(0);
  await wire.stop();
});

test.each([
  ['silent', startSilent],
  ['mute at login', startMuteAtLogin],
  ['rubbish', startRubbish],
  ['closing', startClosing],
  ['bye', startBye],
])('a %s server lets no client in', async (_name, start) => {
  const server = await start();
  const limits = { greetingTimeout: 300, socketTimeout: 300, connectionTimeout: 300 };
  await expect(open({ ...plain(server.port), ...limits })).rejects.toThrow();
  await server.stop();
});
