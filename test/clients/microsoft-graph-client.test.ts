import {
  Client,
  FileUpload,
  GraphError,
  LargeFileUploadTask,
  MiddlewareFactory,
  PageIterator,
  type PageCollection,
} from '@microsoft/microsoft-graph-client';
import type { Attachment, MailFolder, Message } from '@microsoft/microsoft-graph-types';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startGraph, type GraphServer } from '../servers/graph/graph';
import { HttpsHandler } from './graph-transport';
import { ADA, fillMailbox } from './mailbox';

interface Page<T> {
  value: T[];
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
  '@odata.count'?: number;
}

let server: GraphServer;
let https: HttpsHandler;
let client: Client;

beforeAll(async () => {
  server = await startGraph({
    introspect: (token) => Promise.resolve(token === ADA ? { address: ADA } : undefined),
  });
  const mailbox = server.mailbox(ADA);
  await fillMailbox(mailbox);
  const budget = Buffer.from('From: bob@example.test\r\nSubject: A link\r\n\r\nx');
  await mailbox.add(mailbox.folderAt('Inbox').id, budget, { links: [{ name: 'Budget.xlsx', size: 382 }] });
  https = new HttpsHandler(server.ca);
  const chain = MiddlewareFactory.getDefaultMiddlewareChain({ getAccessToken: () => Promise.resolve(ADA) });
  client = Client.initWithMiddleware({
    middleware: [...chain.slice(0, -1), https],
    baseUrl: `${server.url}/`,
    customHosts: new Set(['localhost']),
  });
});
afterAll(async () => {
  https.close();
  await server.stop();
});

const stored = (path: string) => server.mailbox(ADA).itemsIn(server.mailbox(ADA).folderAt(path).id);
const storedAs = (subject: string) => stored('Inbox').find(({ parsed }) => parsed.subject === subject)!;
const called = async (subject: string): Promise<Message & { id: string }> => {
  const filter = `subject eq '${inUrl(subject)}'`;
  const page = (await client.api('/me/mailFolders/inbox/messages').filter(filter).get()) as Page<Message>;
  return page.value[0] as Message & { id: string };
};
// The client writes a filter into the URL as it is.
const inUrl = (text: string) => text.replaceAll('&', '%26');
const one = async (subject: string) => `/me/messages/${(await called(subject)).id}`;
const subjects = ({ value }: Page<Message>) => value.map(({ subject }) => subject);
const FIRST = 'Message 0 & <more>';
const SECOND = 'Message 1 & <more>';

it('lists folders, and gets one by each way to write its name', async () => {
  const { value } = (await client.api('/me/mailFolders').top(50).get()) as Page<MailFolder>;
  expect(value.map(({ displayName }) => displayName)).toEqual(expect.arrayContaining(['Inbox', 'Archive']));
  for (const path of [
    '/me/mailFolders/Inbox',
    "/me/mailFolders('inbox')",
    `/users/${ADA}/mailFolders/inbox`,
  ]) {
    expect(((await client.api(path).get()) as MailFolder).displayName).toBe('Inbox');
  }
  const page = (await client.api("/me/mailFolders('inbox')/messages").top(1).get()) as Page<Message>;
  expect(page.value).toHaveLength(1);
  const filter = "displayName eq 'Archive'";
  const found = (await client.api('/me/mailFolders').filter(filter).get()) as Page<MailFolder>;
  expect(found.value).toHaveLength(1);
});

it('creates folders, renames and deletes one', async () => {
  const folder = (await client.api('/me/mailFolders').post({ displayName: 'Neu' })) as MailFolder;
  await client.api(`/me/mailFolders/${folder.id}/childFolders`).post({ displayName: 'Kind' });
  await client.api(`/me/mailFolders/${folder.id}`).patch({ displayName: 'Alt' });
  const folders = server.mailbox(ADA);
  expect(folders.children(folders.folderAt('Alt').id).map(({ name }) => name)).toEqual(['Kind']);
  await client.api(`/me/mailFolders/${folder.id}`).delete();
  expect(folders.children(folders.root.id).map(({ name }) => name)).not.toContain('Alt');
});

it('pages, in the order that is asked for', async () => {
  const messages = client.api('/me/mailFolders/inbox/messages');
  const page = (await messages
    .select('subject')
    .orderby('receivedDateTime DESC')
    .top(3)
    .get()) as PageCollection;
  const all: unknown[] = [];
  const iterator = new PageIterator(client, page, ({ subject }: Message) => all.push(subject) > 0);
  await iterator.iterate();
  expect(all).toHaveLength(stored('Inbox').length);
  expect(all.slice(0, 2)).toEqual(['A link', 'Undeliverable']);
});

it('gets pages of the length that it prefers', async () => {
  const messages = client.api('/me/messages').header('Prefer', 'odata.maxpagesize=2');
  const page = (await messages.get()) as Page<Message>;
  expect([page.value.length, typeof page['@odata.nextLink']]).toEqual([2, 'string']);
});

it.each([
  ['subject', `subject eq '${inUrl(FIRST)}'`, 1],
  ['beginning', "startswith(subject,'Message')", 5],
  ['sender', "from/emailAddress/address eq 'bob@example.test'", 10],
  ['state', 'isRead eq false', 10],
  ['date', 'receivedDateTime ge 2026-01-01T00:00:00Z and receivedDateTime lt 2027-01-01T00:00:00Z', 10],
  ['files', 'hasAttachments eq true', 7],
])('filters by %s', async (_, filter, wanted) => {
  const page = (await client.api('/me/messages').filter(filter).top(10).get()) as Page<Message>;
  expect(page.value).toHaveLength(wanted);
});

it('searches', async () => {
  const page = (await client.api('/me/messages').search('"subject:receipt"').get()) as Page<Message>;
  expect(subjects(page).sort()).toEqual(['No receipt please', 'Receipt please']);
});

it('counts, in the list and alone', async () => {
  const messages = client.api('/me/mailFolders/inbox/messages').filter('isRead eq false').count(true);
  expect(((await messages.get()) as Page<Message>)['@odata.count']).toBe(stored('Inbox').length);
  // The client gives a text of a type that it does not know as a stream.
  const count: unknown = await client.api('/me/mailFolders/inbox/messages/$count').get();
  expect(await textOf(count)).toBe(String(stored('Inbox').length));
});

const textOf = async (given: unknown): Promise<string> =>
  given instanceof ReadableStream ? await new Response(given).text() : String(given);

it('reads text, MIME, and what a message refers to', async () => {
  const path = await one(FIRST);
  const prefer = 'outlook.body-content-type="text"';
  const { body } = (await client.api(path).header('Prefer', prefer).get()) as Message;
  expect(body).toEqual({ contentType: 'text', content: '  Hello 0 – ü <b> & "q"' });
  const mime = (await client.api(`${path}/$value`).getStream()) as ReadableStream;
  expect(await new Response(mime).text()).toBe(storedAs(FIRST).mime.toString());
  const { attachments } = (await client.api(path).expand('attachments').get()) as Message;
  expect(attachments!.map(({ name }) => name)).toEqual(['a0.txt']);
});

it('reads a file, and an attached message', async () => {
  const path = `${await one('With a message')}/attachments`;
  const { value } = (await client.api(path).get()) as Page<Attachment & { '@odata.type': string }>;
  expect(value[0]).toMatchObject({
    '@odata.type': '#microsoft.graph.itemAttachment',
    name: 'RE: Invoice 4711',
  });
  const stream = (await client.api(`${path}/${value[0]!.id}/$value`).getStream()) as ReadableStream;
  expect((await PostalMime.parse(await new Response(stream).text())).text).toContain('inner');
});

it('distinguishes a link from a file, and gets no content for the link', async () => {
  const path = `${await one('A link')}/attachments`;
  const { value } = (await client.api(path).get()) as Page<Attachment & { '@odata.type': string }>;
  expect(value).toMatchObject([{ '@odata.type': '#microsoft.graph.referenceAttachment', contentType: null }]);
  const refused = client.api(`${path}/${value[0]!.id}/$value`).get();
  await expect(refused).rejects.toMatchObject({ statusCode: 405 });
});

it('marks, and changes how important a message is', async () => {
  const change = { isRead: true, categories: ['Red'], flag: { flagStatus: 'Flagged' }, importance: 'High' };
  const changed = (await client.api(await one(FIRST)).patch(change)) as Message;
  expect(changed).toMatchObject({ ...change, flag: { flagStatus: 'flagged' }, importance: 'high' });
  expect(storedAs(FIRST)).toMatchObject({ isRead: true, isFlagged: true, categories: ['Red'] });
});

it('copies, moves and deletes', async () => {
  const path = await one(FIRST);
  await client.api(`${path}/copy`).post({ destinationId: 'archive' });
  const moved = (await client.api(`${path}/move`).post({ destinationId: 'archive' })) as Message;
  expect(stored('Archive')).toHaveLength(2);
  await client.api(`/me/messages/${moved.id}`).delete();
  expect([stored('Archive').length, stored('Deleted Items').length]).toEqual([1, 1]);
});

it('sends by JSON with names in capitals, and by MIME', async () => {
  const toRecipients = [{ emailAddress: { address: 'bob@example.test' } }];
  const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'x.txt', contentBytes: 'AAA=' };
  const text = { subject: 'text', body: { contentType: 'Text', content: 'b' }, toRecipients };
  await client.api('/me/sendMail').post({ message: text, saveToSentItems: true });
  const html = { contentType: 'HTML', content: '<b>b</b>' };
  await client.api('/me/sendMail').post({ message: { ...text, body: html, attachments: [file] } });
  const mime = Buffer.from('From: ada@example.test\r\nTo: bob@example.test\r\nSubject: m\r\n\r\nx');
  await client.api('/me/sendMail').header('Content-Type', 'text/plain').post(mime.toString('base64'));
  const sent = await Promise.all(server.sent.map(async ({ raw }) => await PostalMime.parse(raw)));
  expect(sent.map((mail) => [mail.subject, mail.html?.trim(), mail.attachments.length])).toEqual([
    ['text', undefined, 0],
    ['text', '<b>b</b>', 1],
    ['m', undefined, 0],
  ]);
});

it('writes a draft, with a file that is uploaded in parts, and sends it', async () => {
  const written = { subject: 'd', toRecipients: [{ emailAddress: { address: 'bob@example.test' } }] };
  const draft = (await client.api('/me/messages').post(written)) as Message;
  const SIZE = 5_000_000;
  const AttachmentItem = { attachmentType: 'file', name: 'big.bin', size: SIZE };
  const url = `/me/messages/${draft.id}/attachments/createUploadSession`;
  const session = await LargeFileUploadTask.createUploadSession(client, url, { AttachmentItem });
  const upload = new FileUpload(Buffer.alloc(SIZE), 'big.bin', SIZE);
  await new LargeFileUploadTask(client, upload, session, { rangeSize: 320 * 1024 * 10 }).upload();
  await client.api(`/me/messages/${draft.id}/send`).post({});
  const { attachments } = await PostalMime.parse(server.sent.at(-1)!.raw);
  expect(attachments.map(({ content }) => (content as ArrayBuffer).byteLength)).toEqual([SIZE]);
});

it('replies and forwards', async () => {
  const path = await one(SECOND);
  const carol = [{ emailAddress: { address: 'carol@example.test' } }];
  await client.api(`${path}/reply`).post({ comment: 'thanks' });
  await client.api(`${path}/replyAll`).post({ comment: 'thanks', message: { ccRecipients: carol } });
  await client.api(`${path}/forward`).post({ comment: 'look', toRecipients: carol });
  const sent = await Promise.all(server.sent.slice(-3).map(async ({ raw }) => await PostalMime.parse(raw)));
  expect(sent.map(({ subject }) => subject)).toEqual([`RE: ${SECOND}`, `RE: ${SECOND}`, `FW: ${SECOND}`]);
  expect(sent[0]).toMatchObject({ inReplyTo: '<m1@example.test>', to: [{ address: 'bob@example.test' }] });
  expect(sent[0]!.text).toMatch(/^thanks/);
  expect(sent[1]!.cc).toMatchObject([{ address: 'carol@example.test' }]);
  expect(sent[2]!.attachments.map(({ filename }) => filename)).toEqual(['a1.txt']);
  expect(storedAs(SECOND).lastVerb).toBe(104);
});

it.each([
  ['createReply', 'RE: ', 'bob@example.test'],
  ['createReplyAll', 'RE: ', 'bob@example.test'],
  ['createForward', 'FW: ', undefined],
])('makes a draft by %s', async (action, prefix, recipient) => {
  const draft = (await client.api(`${await one(SECOND)}/${action}`).post({})) as Message;
  expect([draft.isDraft, draft.subject]).toEqual([true, `${prefix}${SECOND}`]);
  expect(draft.toRecipients?.[0]?.emailAddress?.address).toBe(recipient);
});

it('gets what has changed since it last asked', async () => {
  const inbox = client.api('/me/mailFolders/inbox/messages/delta').select('subject');
  let page = (await inbox.header('Prefer', 'odata.maxpagesize=4').get()) as Page<Message>;
  const all = [...page.value];
  while (page['@odata.nextLink']) {
    page = (await client.api(page['@odata.nextLink']).get()) as Page<Message>;
    all.push(...page.value);
  }
  expect(all).toHaveLength(stored('Inbox').length);
  const gone = await called('Undeliverable');
  await client.api(`/me/messages/${gone.id}`).delete();
  await client.api(await one(SECOND)).patch({ isRead: true });
  const later = (await client.api(page['@odata.deltaLink']!).get()) as Page<Message>;
  expect(later.value).toMatchObject([
    { id: gone.id, '@removed': { reason: 'deleted' } },
    { subject: SECOND },
  ]);
});

it('asks several things at once', async () => {
  const requests = [
    { id: '1', method: 'GET', url: '/me/messages?$top=1' },
    { id: '2', method: 'GET', url: '/me/mailFolders/inbox', dependsOn: ['1'] },
  ];
  const { responses } = (await client.api('/$batch').post({ requests })) as {
    responses: { status: number }[];
  };
  expect(responses.map(({ status }) => status)).toEqual([200, 200]);
});

it('gets errors that say what is wrong', async () => {
  await expect(client.api('/me/messages/AAAA').get()).rejects.toBeInstanceOf(GraphError);
  await expect(client.api('/me/messages/AAAA').get()).rejects.toMatchObject({
    ...{ statusCode: 400, code: 'ErrorInvalidIdMalformed' },
  });
});

/** The content of a link, which was asked for on purpose; and a token for an upload, as it is for the same host here. */
const EXPECTED = /does not have a value|^PUT to an upload URL with an Authorization header$/;

it('sends requests and gets answers that match the reference', () => {
  const problems = server.problems.filter((problem) => !EXPECTED.test(problem));
  expect(problems).toEqual([]);
});
