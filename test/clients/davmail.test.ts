import { ImapFlow, type FetchMessageObject } from 'imapflow';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startEws, type EwsServer } from '../servers/exchange/ews';
import { LOOPBACK } from '../servers/ports';
import { startDavMail, type DavMail } from './davmail';
import { ADA, fillMailbox } from './mailbox';

const AUTH = { user: ADA, pass: 'secret' };

let server: EwsServer;
let davmail: DavMail;
let client: ImapFlow;

beforeAll(async () => {
  server = await startEws({ accounts: [{ user: ADA, domain: '', password: 'secret' }] });
  // DavMail miscounts the bytes of a name beyond ASCII.
  await fillMailbox(server.mailbox(ADA), 'Bob <bob@example.test>');
  davmail = await startDavMail(server.url, server.ca);
  const connection = { host: LOOPBACK, port: davmail.ports.imap, secure: false, doSTARTTLS: false };
  client = new ImapFlow({ ...connection, auth: AUTH, logger: false });
  client.on('error', () => undefined);
  await client.connect();
}, 120_000);
afterAll(async () => {
  await client?.logout().catch(() => undefined);
  await davmail?.stop();
  await server.stop();
});

const folderOf = (path: string) => server.mailbox(ADA).folderAt(path);
const itemsIn = (path: string) => server.mailbox(ADA).itemsIn(folderOf(path).id);
const itemCalled = (subject: string) =>
  [...server.mailbox(ADA).items.values()].find(({ parsed }) => parsed.subject === subject)!;

const one = async (uid: number, query: Parameters<ImapFlow['fetchOne']>[1]): Promise<FetchMessageObject> => {
  const message = await client.fetchOne(String(uid), query, { uid: true });
  if (!message) throw new Error(`There is no message ${uid}`);
  return message;
};

it('lists folders by their uses', async () => {
  const folders = await client.list();
  expect(folders.map(({ path, specialUse }) => `${path} ${specialUse ?? ''}`.trim()).sort()).toEqual([
    ...['Archive \\Archive', 'Drafts \\Drafts', 'INBOX \\Inbox', 'Junk \\Junk', 'Sent \\Sent'],
    ...['Trash \\Trash', 'Unsent Messages'],
  ]);
});

it('lists messages, and the other items that lie among them', async () => {
  const opened = await client.mailboxOpen('INBOX');
  const messages = await client.fetchAll('1:*', { envelope: true, flags: true, size: true, uid: true });
  expect(opened.exists).toBe(messages.length);
  expect(messages.slice(0, 2).map(({ uid, envelope }) => [uid, envelope?.subject])).toEqual([
    [1, 'Message 0 & <more>'],
    [2, 'Message 1 & <more>'],
  ]);
  expect(messages[0]!.size).toBe(itemCalled('Message 0 & <more>').mime.length);
  // All but the task, which DavMail leaves out.
  expect(messages.map(({ envelope }) => envelope?.subject).slice(8)).toEqual([
    ...['A meeting', 'An appointment', 'A post', 'Undeliverable'],
  ]);
});

it('reads a message, and one with a message in it', async () => {
  expect((await one(1, { source: true })).source).toEqual(itemCalled('Message 0 & <more>').mime);
  const { bodyStructure } = await one(6, { bodyStructure: true });
  expect(bodyStructure?.childNodes?.map(({ type }) => type)).toEqual(['text/plain', 'message/rfc822']);
});

it.each([
  ['subject', { subject: 'Message 3' }, [4]],
  ['sender', { from: 'bob@example.test', subject: 'more' }, [1, 2, 3, 4, 5]],
  ['Message-ID', { header: { 'message-id': '<m2@example.test>' } }, [3]],
  ['text', { body: 'Hello 2' }, [3]],
  ['state and date', { seen: false, subject: 'receipt', since: new Date('2026-10-01') }, [7, 8]],
])('searches by %s', async (_, query, wanted) => {
  expect(await client.search(query, { uid: true })).toEqual(wanted);
});

it('sets and removes marks', async () => {
  for (const flag of ['\\Seen', '\\Flagged', '\\Answered', 'Blue']) await client.messageFlagsAdd('1', [flag]);
  expect(itemCalled('Message 0 & <more>')).toMatchObject({
    ...{ isRead: true, isFlagged: true, lastVerb: 102, categories: ['Blue'] },
  });
  await client.messageFlagsRemove('1', ['\\Seen', '\\Flagged']);
  expect([...(await one(1, { flags: true })).flags!].sort()).toEqual(['Blue', '\\Answered']);
});

it('makes Exchange send a read receipt, because it does not suppress it', async () => {
  await client.messageFlagsAdd('7', ['\\Seen'], { uid: true });
  expect(server.receipts).toEqual([{ from: ADA, to: 'bob@example.test', kind: 'read' }]);
});

it('creates folders, renames and deletes one', async () => {
  await client.mailboxCreate('Neu & <alt>');
  await client.mailboxCreate('Done');
  await client.mailboxCreate('Done/Sub');
  await client.mailboxRename('Done/Sub', 'Sub2');
  await client.mailboxDelete('Sub2');
  const { root } = server.mailbox(ADA);
  const names = server
    .mailbox(ADA)
    .subtree(root.id)
    .map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['Neu & <alt>', 'Done']));
  expect(names.filter((name) => name.includes('Sub'))).toEqual([]);
});

it('appends a message', async () => {
  const source = 'From: x@example.test\r\nTo: y@example.test\r\nSubject: appended\r\n\r\nbody\r\n';
  await client.append('Done', source, ['\\Seen', '\\Flagged'], new Date('2026-10-05T00:00:00Z'));
  expect(itemsIn('Done')).toMatchObject([
    { isRead: true, isFlagged: true, isDraft: false, receivedAt: new Date('2026-10-05T00:00:00Z') },
  ]);
});

it('copies, moves and deletes', async () => {
  await client.mailboxOpen('INBOX');
  const before = itemsIn('Inbox').length;
  await client.messageCopy('1', 'Done', { uid: true });
  await client.messageMove('2', 'Done', { uid: true });
  await client.messageDelete('3', { uid: true });
  expect(itemsIn('Done').map(({ parsed }) => parsed.subject)).toEqual([
    ...['appended', 'Message 0 & <more>', 'Message 1 & <more>'],
  ]);
  expect(itemsIn('Inbox')).toHaveLength(before - 2);
});

it('deletes an appointment', async () => {
  const [uid] = (await client.search({ subject: 'An appointment' }, { uid: true })) || [];
  await client.messageDelete(String(uid), { uid: true });
  expect(itemsIn('Inbox').map(({ parsed }) => parsed.subject)).not.toContain('An appointment');
});

it('sends', async () => {
  const transport = createTransport({
    ...{ host: LOOPBACK, port: davmail.ports.smtp, secure: false, ignoreTLS: true, auth: AUTH },
  });
  await transport.sendMail({
    ...{ from: ADA, to: 'bob@example.test', bcc: 'hidden@example.test', subject: 'Ü <&>', text: 'hi' },
    attachments: [{ filename: 'a.txt', content: 'x' }],
  });
  transport.close();
  const sent = await PostalMime.parse(server.sent.at(-1)!.raw);
  expect(sent.subject).toBe('Ü <&>');
  expect(sent.bcc, 'what the recipients see').toBeUndefined();
  expect(sent.attachments.map(({ filename }) => filename)).toEqual(['a.txt']);
  expect(itemsIn('Sent Items').map(({ parsed }) => parsed)).toMatchObject([
    { subject: 'Ü <&>', bcc: [{ address: 'hidden@example.test' }] },
  ]);
});

it('sends requests and gets replies that match the schema', () => {
  expect(server.problems).toEqual([]);
});
