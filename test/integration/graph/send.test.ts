import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import PostalMime, { type Email } from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { GraphClient } from '../../../mail/graph/client';
import type { Message } from '../../../mail/model/message';
import type { OutgoingMessage } from '../../../mail/model/outgoing';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph, token } from '../../contract/graph-lab';
import type { GraphServer } from '../../servers/graph/graph';
import { mail } from '../../servers/mailbox';
import { testDraftInThread } from '../exchange/draft-thread';

const MB = 1024 * 1024;
const LARGE = randomBytes(7 * MB + 123);
const SMALL = randomBytes(2 * MB);

let server: GraphServer;
let client: GraphClient;

beforeAll(async () => {
  server = await startAdasGraph();
  client = await GraphClient.open(graphSettings(server, {}, token(ADA), 10_000));
});
afterAll(async () => {
  await client.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(() => {
  for (const list of [server.requests, server.calls, server.faults, server.sent]) list.length = 0;
});

const letter = (subject: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  ...{ from: ADA, to: 'bob@example.test', subject, text: 'Hello' },
  ...more,
});

/** As a message has it whose content is known when it is read, and not before. */
const streamed = (content: Buffer) => async () => await Promise.resolve(Readable.from(chunksOf(content)));
function* chunksOf(content: Buffer) {
  for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000);
}

const sent = async (): Promise<Email> => {
  expect(server.sent).toHaveLength(1);
  return await PostalMime.parse(server.sent[0]!.raw, { attachmentEncoding: 'arraybuffer' });
};
const list = async (folder: string): Promise<Message[]> =>
  await client.listMessages(folder, {}, { content: true }, Infinity);
const subjectsIn = async (folder: string) => (await list(folder)).map(({ subject }) => subject);

describe('a message', () => {
  it('is sent as it was composed, with one request, and a copy is kept', async () => {
    const message = letter('whole', {
      ...{ cc: 'Carol <carol@example.test>', bcc: 'secret@example.test', html: '<p>Hello</p>' },
      ...{ inReplyTo: '<one@example.test>', references: ['<zero@example.test>', '<one@example.test>'] },
      headers: [{ name: 'X-Ticket', value: '42' }],
      attachments: [{ fileName: 'Übersicht.pdf', mimeType: 'application/pdf', content: SMALL }],
    });
    const result = await client.send(message, { saveToSent: 'automatic' });
    expect(server.requests).toHaveLength(1);
    expect(result).toMatchObject({
      accepted: ['bob@example.test', 'carol@example.test', 'secret@example.test'],
      sentCopy: { saved: true, folder: '\\Sent' },
    });
    expect(server.sent[0]?.to).toContain('secret@example.test');
    expect(server.sent[0]?.raw.toString()).not.toMatch(/^Bcc:/im);
    const email = await sent();
    expect(email).toMatchObject({
      ...{ subject: 'whole', messageId: result.messageId, inReplyTo: '<one@example.test>' },
      ...{ html: expect.stringContaining('<p>Hello</p>') as string, text: 'Hello\n' },
    });
    expect(email.headers).toContainEqual(expect.objectContaining({ originalKey: 'X-Ticket', value: '42' }));
    expect(Buffer.from(email.attachments[0]!.content as ArrayBuffer).equals(SMALL)).toBe(true);
    expect(await subjectsIn('\\Sent')).toContain('whole');
  });

  it('is sent without a copy when none is wanted', async () => {
    const message = letter('no copy', {
      ...{ bcc: 'secret@example.test', inReplyTo: '<one@example.test>' },
      attachments: [{ fileName: 'a.bin', mimeType: 'application/octet-stream', content: Buffer.from('abc') }],
    });
    const result = await client.send(message, { saveToSent: 'never' });
    expect(server.requests).toHaveLength(1);
    expect(result.sentCopy).toMatchObject({ saved: false });
    const email = await sent();
    expect(email).toMatchObject({ subject: 'no copy', messageId: result.messageId });
    expect(email.inReplyTo).toBe('<one@example.test>');
    expect(Buffer.from(email.attachments[0]!.content as ArrayBuffer).toString()).toBe('abc');
    expect(server.sent[0]?.to).toContain('secret@example.test');
    expect(await subjectsIn('\\Sent')).not.toContain('no copy');
  });

  it.each(['automatic', 'never'] as const)('asks for a read receipt, with a copy: %s', async (saveToSent) => {
    await client.send(letter('receipt', { readReceipt: true }), { saveToSent });
    const { headers } = await sent();
    expect(headers.find(({ key }) => key === 'disposition-notification-to')?.value).toBe(`<${ADA}>`);
  });

  it('with large attachments goes up in pieces, byte for byte, and is sent once', async () => {
    const message = letter('large', {
      html: '<p>See <img src="cid:logo"></p>',
      inReplyTo: '<one@example.test>',
      attachments: [
        { fileName: 'large.bin', mimeType: 'application/x-large', content: streamed(LARGE) },
        { fileName: 'logo.png', mimeType: 'image/png', content: SMALL, contentId: 'logo' },
      ],
    });
    const result = await client.send(message, { saveToSent: 'automatic' });
    expect(server.calls).toEqual([
      'POST /messages',
      'POST /messages/{id}/attachments/createUploadSession',
      'POST /messages/{id}/attachments',
      'POST /messages/{id}/send',
    ]);
    // Three pieces of the large one.
    expect(server.requests.filter((one) => one.startsWith('PUT'))).toHaveLength(3);
    const email = await sent();
    expect(email).toMatchObject({ messageId: result.messageId, inReplyTo: '<one@example.test>' });
    const named = (name: string) => email.attachments.find(({ filename }) => filename === name)!;
    expect(Buffer.from(named('large.bin').content as ArrayBuffer).equals(LARGE)).toBe(true);
    expect(named('logo.png')).toMatchObject({ contentId: '<logo>', related: true });
    expect(await subjectsIn('\\Sent')).toContain('large');
    expect(await subjectsIn('\\Drafts')).not.toContain('large');
  });

  it.each([
    [
      'is too large for Graph',
      151 * MB,
      undefined,
      'INVALID_INPUT',
      /151 MB is too large for Microsoft Graph/,
    ],
    ['is lost on its way', 7 * MB, { kind: 'drop' }, 'CONNECTION_LOST', /was lost/],
    ['is refused', 7 * MB, { kind: 'status', status: 403 }, 'SERVER_REFUSED', /ended the upload/],
  ] as const)('whose attachment %s is not sent, and leaves no draft', async (_, size, fault, code, text) => {
    const subject = `never sent: ${code}`;
    const content = async () => await Promise.resolve(Readable.from(zeros(size)));
    // The draft and the session come before the pieces.
    if (fault) server.faults.push(undefined, undefined, undefined, fault);
    const sending = client.send(
      letter(subject, { attachments: [{ fileName: 'a', mimeType: 'a/b', content }] }),
      { saveToSent: 'automatic' },
    );
    await expect(sending).rejects.toMatchObject({ code, message: expect.stringMatching(text) as string });
    expect(server.sent).toEqual([]);
    expect(await subjectsIn('\\Drafts')).not.toContain(subject);
  });

  it('with large attachments always keeps a copy', async () => {
    const attachments = [{ fileName: 'a', mimeType: 'a/b', content: LARGE }];
    const sending = client.send(letter('kept', { attachments }), { saveToSent: 'never' });
    await expect(sending).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    expect(server.sent).toEqual([]);
  });
});

function* zeros(size: number) {
  const piece = Buffer.alloc(MB);
  for (let at = 0; at < size; at += MB) yield piece.subarray(0, Math.min(MB, size - at));
}

describe('a draft', () => {
  it('with large attachments is saved, and sent unchanged', async () => {
    const attachments = [{ fileName: 'large.bin', mimeType: 'a/b', content: LARGE }];
    const { id = '' } = await client.saveDraft(letter('draft', { bcc: 'secret@example.test', attachments }));
    const [draft] = (await list('\\Drafts')).filter(({ subject }) => subject === 'draft');
    expect(draft).toMatchObject({ id, isDraft: true, bcc: [{ address: 'secret@example.test' }] });
    const result = await client.sendDraft(id, { saveToSent: 'automatic' });
    expect(result.accepted).toEqual(['bob@example.test', 'secret@example.test']);
    const email = await sent();
    expect(Buffer.from(email.attachments[0]!.content as ArrayBuffer).equals(LARGE)).toBe(true);
    expect(await subjectsIn('\\Drafts')).not.toContain('draft');
  });
});

it('a draft is not sent without a copy', async () => {
  const { id = '' } = await client.saveDraft(letter('kept draft'));
  await expect(client.sendDraft(id, { saveToSent: 'never' })).rejects.toMatchObject({
    code: 'NOT_SUPPORTED',
    message: expect.stringMatching(/send a draft without keeping a copy/) as string,
  });
  expect(await subjectsIn('\\Drafts')).toContain('kept draft');
});

// The large one is saved in parts.
testDraftInThread(() => ({ client, server }), [['large', 5 * MB]]);

describe('a message that is stored', () => {
  const headers = {
    ...{ 'Message-ID': '<stored@example.test>', 'In-Reply-To': '<c@d>', References: '<a@b> <c@d>' },
    'X-Ticket': '42',
  };
  const stored = mail({
    ...{ from: 'Bob <bob@example.test>', to: 'ada@example.test', subject: 'stored', headers },
    ...{ html: '<p>äöü</p>', date: new Date('2026-09-01T10:00:00Z') },
    attachments: [
      { filename: 'large.bin', contentType: 'application/x-large', content: LARGE },
      { filename: 'small.txt', contentType: 'text/plain', content: Buffer.from('small') },
    ],
  });

  it('keeps its content, marks and dates, and is not a draft', async () => {
    const folder = (await client.createFolder('Stored')).path;
    const receivedAt = new Date('2026-09-02T10:00:00Z');
    const marks = { isRead: true, isFlagged: true, addKeywords: ['Invoice'] };
    const { id } = await client.appendMessage(folder, { content: stored, marks, receivedAt });
    const [message] = await list(folder);
    expect(message).toMatchObject({
      ...{ id, subject: 'stored', isRead: true, isFlagged: true, isDraft: false, keywords: ['Invoice'] },
      ...{ messageId: '<stored@example.test>', from: [{ name: 'Bob', address: 'bob@example.test' }] },
      ...{ date: '2026-09-01T10:00:00.000Z', receivedAt: receivedAt.toISOString() },
    });
    expect(message?.content?.html).toContain('<p>äöü</p>');
    // So that a thread stays whole when its messages move to another account.
    const source = (await buffer((await client.openMessage(id!)).content)).toString();
    for (const [name, value] of Object.entries(headers)) expect(source).toContain(`${name}: ${value}\r\n`);
    expect(message?.inReplyTo).toBe('<c@d>');
    const large = message?.attachments.find(({ fileName }) => fileName === 'large.bin');
    const { content } = await client.openAttachment(id!, large!.part);
    expect((await buffer(content)).equals(LARGE)).toBe(true);
    expect(message?.attachments.map(({ fileName }) => fileName).sort()).toEqual(['large.bin', 'small.txt']);
  });

  it('is stored completely or not at all', async () => {
    const folder = (await client.createFolder('Whole')).path;
    server.faults.push(undefined, undefined, undefined, { kind: 'drop' });
    const storing = client.appendMessage(folder, { content: stored, marks: {} });
    await expect(storing).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await subjectsIn(folder)).toEqual([]);
  });

  it('is refused when storing it would break its signature', async () => {
    const content = Buffer.from(
      'Subject: signed\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n',
    );
    const storing = client.appendMessage('INBOX', { content, marks: {} });
    await expect(storing).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    expect(await subjectsIn('INBOX')).not.toContain('signed');
  });
});
