import { Readable } from 'node:stream';

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { GraphClient } from '../../../mail/graph/client';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph, token } from '../../contract/graph-lab';
import type { GraphServer } from '../../servers/graph/graph';
import { waitFor } from '../../servers/wait';
import { testFolderErrors } from '../exchange/folder-errors';

// What a builder sees when Graph cannot do something, or is not let do it.

const MB = 1024 * 1024;
let server: GraphServer;
let client: GraphClient;

beforeAll(async () => {
  server = await startAdasGraph();
  client = await GraphClient.open(graphSettings(server, {}, token(ADA), 20_000));
});
afterAll(async () => {
  await client.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(() => {
  for (const list of [server.calls, server.faults, server.sent]) list.length = 0;
});

testFolderErrors(() => client);

const LETTER = { from: ADA, to: 'bob@example.test', subject: 'x' };
const send = async (more: object) =>
  await client.send({ ...LETTER, text: 'x', ...more }, { saveToSent: 'automatic' });

it('does not send an attachment whose size has changed since it was measured', async () => {
  const sizes = [4 * MB, 5 * MB];
  const content = async () => await Promise.resolve(Readable.from([Buffer.alloc(sizes.shift() ?? 0)]));
  await expect(
    send({ attachments: [{ fileName: 'log.txt', mimeType: 'text/plain', content }] }),
  ).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: 'Attachment "log.txt": its size changed during the upload',
    description: 'Try again. The message was not sent.',
  });
  expect(server.sent).toEqual([]);
  expect(await client.findMessages('\\Drafts', {}, 1)).toEqual([]);
});

it('does not send a text that Graph does not take', async () => {
  await expect(send({ text: 'line\n'.repeat(MB) })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: 'Text: too large for Microsoft Graph, which takes 3 MB',
    description: 'Put the text into an attachment. The message was not sent.',
  });
  expect(server.sent).toEqual([]);
});

it('does not store a message with more parts than Graph can be given', async () => {
  const part = '--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\n\r\nx\r\n';
  const content = Buffer.from(
    `From: ${ADA}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(1001)}--b--\r\n`,
  );
  await expect(client.appendMessage('INBOX', { content, marks: {} })).rejects.toMatchObject({
    code: 'NOT_SUPPORTED',
    message: 'Microsoft Graph cannot be given a message with so much text or so many parts',
    description: 'Use IMAP for this message.',
  });
});

it('does not wait for ever while others of this n8n use the mailbox', async () => {
  const open = async (command: number) =>
    await GraphClient.open(graphSettings(server, {}, token(ADA), command));
  // It waits five times as long as a command may take.
  const [busy, patient] = [await open(20_000), await open(400)];
  server.requests.length = 0;
  server.faults.push(...Array.from({ length: 4 }, () => ({ kind: 'stall' }) as const));
  const others = Array.from({ length: 4 }, async () => await busy.findMessages('INBOX', {}, 1));
  const ended = Promise.allSettled(others);
  await waitFor('the others to begin', () => server.requests.length === 4, 5000);
  await expect(patient.findMessages('INBOX', {}, 1)).rejects.toMatchObject({
    code: 'COMMAND_TIMEOUT',
    message: expect.stringMatching(
      /^The mailbox was busy with other requests of this n8n for [\d.]+ seconds$/,
    ) as string,
    description: 'Let fewer workflows work in this mailbox at the same time.',
  });
  await busy.close();
  await ended;
  await patient.close();
  expect(await client.findMessages('INBOX', {}, 1)).toEqual([]);
});

const OTHER = 'info@example.test';

it.each([
  [
    'an app',
    'clientCredentials',
    'app',
    OTHER,
    /the application permissions "Mail\.ReadWrite" and "Mail\.Send"/,
  ],
  ['a user, for another mailbox', 'oAuth2', ADA, OTHER, /"Full Access".*"Mail\.ReadWrite\.Shared"/],
  ['a user', 'oAuth2', ADA, undefined, /^The credential needs the permissions "Mail\.ReadWrite"/],
] as const)('says which permissions %s lacks', async (_, authentication, accessToken, mailbox, fix) => {
  server.faults.push({ kind: 'status', status: 403 });
  const settings = graphSettings(server, { mailbox }, token(accessToken, mailbox ?? ADA));
  await expect(GraphClient.open({ ...settings, authentication })).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    message: 'Microsoft Graph does not allow this for the account of the session (HTTP 403)',
    description: expect.stringMatching(fix) as string,
  });
});

// A list asks again, message by message; a folder does not.
it.each([
  [405, 'Check the parameters of the node.'],
  [501, 'Try again later.'],
])('gives the status %i if Graph gives no code', async (status, description) => {
  server.faults.push(...Array.from({ length: 3 }, () => ({ kind: 'status', status }) as const));
  await expect(client.getFolder('INBOX')).rejects.toMatchObject({
    code: 'SERVER_REFUSED',
    message: expect.stringContaining(`Microsoft Graph refused the request (HTTP ${status} from `) as string,
    description,
  });
  server.faults.length = 0;
});
