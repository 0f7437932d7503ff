// What Graph does by further bug reports of other programs that use it: one case for each kind.
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { GraphClient } from '../../../mail/graph/client';
import type { MailErrorCode } from '../../../mail/errors';
import { ADA } from '../../contract/exchange-lab';
import { graphSettings, startAdasGraph } from '../../contract/graph-lab';
import type { Fault, GraphServer } from '../../servers/graph/graph';
import { deliverOne } from '../exchange/dialogues';
import { codeOf } from '../exchange/faults';

let server: GraphServer;
let client: GraphClient;

beforeAll(async () => {
  server = await startAdasGraph();
  client = await GraphClient.open(graphSettings(server));
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(() => {
  for (const list of [server.requests, server.faults, server.batchFaults, server.sent]) list.length = 0;
});

const refused = (status: number, code: string): Fault => ({ kind: 'error', status, code });
const matching = (text: RegExp) => expect.stringMatching(text) as string;
const send = async (sender = client, size = 0) => {
  const content = Buffer.alloc(size, 97);
  const file = { fileName: 'big.bin', mimeType: 'application/octet-stream', content };
  await sender.send(
    { from: ADA, to: 'info@example.test', subject: 's', text: 'x', ...(size > 0 && { attachments: [file] }) },
    { saveToSent: 'automatic' },
  );
};
/** More than one request takes. */
const LARGE = 5_000_000;

// "Get attachment" of the reference; microsoft-graph-docs 4309.
describe('an attached item', () => {
  const mime = Buffer.from(
    [
      ...['From: bob@example.test', 'Subject: with item', 'MIME-Version: 1.0'],
      ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'x', '--b'],
      ...['Content-Type: message/rfc822', '', 'Subject: Ada', '', 'inner', '--b--', ''],
    ].join('\r\n'),
  );

  it('that ends too early gives an error', async () => {
    const { message } = await deliverOne(server, client, mime);
    const [{ part = '' } = {}] = message.attachments;
    for (const fault of [{ kind: 'dropInBody' }, { kind: 'drop' }] as const) {
      server.faults.push(undefined, fault);
      const whole = client
        .openAttachment(message.id, part)
        .then(async ({ content }) => await buffer(content));
      expect(await codeOf(whole)).toBe('CONNECTION_LOST');
    }
  });

  it.each([
    ['BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n', 'Ada.vcf', 'text/vcard'],
    ['BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n', 'Ada.ics', 'text/calendar'],
    ['From: a', 'Ada.eml', 'message/rfc822'],
    ['', 'Ada.eml', 'message/rfc822'],
  ])('is named by what it is: %j', async (text, fileName, mimeType) => {
    const { message } = await deliverOne(server, client, mime);
    const [{ part = '' } = {}] = message.attachments;
    const headers = { 'Content-Type': 'application/octet-stream' };
    server.faults.push(undefined, { kind: 'status', status: 200, body: text, headers });
    const { content, ...named } = await client.openAttachment(message.id, part);
    expect(named).toEqual({ fileName, mimeType });
    expect((await buffer(content)).toString()).toBe(text);
  });
});

// microsoft-graph-docs 19288 and 19289.
it('a message whose only attachment is a link that Graph does not list says so, and is found', async () => {
  const links = [{ name: 'Budget.xlsx', size: 382, isUnlisted: true as const }];
  const { message } = await deliverOne(server, client, { subject: 'link' }, { links });
  expect(message).toMatchObject({ attachments: [], attachmentsTruncated: true });
  const find = async (hasAttachments: boolean) =>
    await client.findMessages(message.folder, { hasAttachments }, 5);
  expect([await find(true), await find(false)]).toEqual([[message.id], []]);
});

// alcionai/corso 4834 and 5191.
it.each([
  ['ErrorInvalidRecipients', /cannot read this message/],
  ['ErrorCorruptData', /cannot read this message/],
  ['ErrorMessageSizeExceeded', /larger than Exchange gives/],
])('%s means something else if a message is only read', async (code, message) => {
  const { message: known } = await deliverOne(server, client, { subject: 'read' });
  server.batchFaults.push(refused(500, code) as never);
  const [outcome] = (await client.getMessages([known.id], { content: true })).values();
  expect(outcome).toMatchObject({ code: 'SERVER_REFUSED', message: matching(message) });
});

describe('a message that is sent', () => {
  // Not a matter of permissions, although the status is 403.
  it.each(['ErrorMessageSubmissionBlocked', 'ErrorSubmissionQuotaExceeded', 'ErrorAccountSuspend'])(
    '%s: the account may not send now',
    async (code) => {
      server.faults.push(refused(403, code));
      await expect(send()).rejects.toMatchObject({
        code: 'SEND_REFUSED',
        description: matching(/sent as much as it may, or it was blocked/),
      });
    },
  );

  // microsoft-graph-docs 12103, msgraph-sdk-javascript 272, msgraph-sdk-java 423.
  it.each<[string, Fault]>([
    ['403', refused(403, 'ErrorAccessDenied')],
    ['404', refused(404, 'ErrorItemNotFound')],
    ['404 of a session', refused(404, 'itemNotFound')],
    ['401', refused(401, 'InvalidAuthenticationToken')],
    ['416', refused(416, 'ErrorInvalidRange')],
  ])('and whose upload ends with %s is not sent, and the upload is named as the reason', async (_, fault) => {
    server.faults.push(undefined, undefined, fault);
    await expect(send(client, LARGE)).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      message: 'Attachment "big.bin": Microsoft Graph ended the upload before all of it was there',
    });
    expect(server.requests.at(-1)).toMatch(/permanentDelete$/);
    expect(server.sent).toEqual([]);
  });

  it('with a large attachment from a shared mailbox, where Graph does not take it from a user', async () => {
    const shared = await GraphClient.open(graphSettings(server, { mailbox: ADA }));
    server.faults.push(undefined, refused(403, 'ErrorAccessDenied'));
    await expect(send(shared, LARGE)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: matching(/^Attachment "big\.bin": /),
      description: matching(/^In a shared mailbox, Microsoft Graph may take no attachment of more than 3 MB/),
    });
    await shared.close();
  });
});

describe('an answer that is not from Graph', () => {
  const page = (status: number): Fault => ({ kind: 'status', status, body: '<html>Blocked</html>' });

  it.each<[number, MailErrorCode]>([
    [302, 'NOT_A_MAIL_SERVER'],
    [403, 'NOT_A_MAIL_SERVER'],
    [404, 'NOT_A_MAIL_SERVER'],
    [407, 'NOT_A_MAIL_SERVER'],
    // Those may pass.
    [502, 'SERVER_REFUSED'],
  ])('%i: says nothing about permissions or parameters', async (status, code) => {
    server.faults.push(page(status));
    await expect(client.findMessages('INBOX', {}, 1)).rejects.toMatchObject({
      code,
      description: expect.not.stringMatching(/permission|parameters/) as string,
    });
  });

  it.each([302, 403, 407])('%i: a message was not sent', async (status) => {
    server.faults.push(page(status));
    await expect(send()).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      description: matching(/Nothing was changed or sent\.$/),
    });
    expect(server.sent).toEqual([]);
  });

  it('429 is waited for, whoever says it', async () => {
    server.faults.push({ ...page(429), headers: { 'Retry-After': '0' } } as Fault);
    expect(await codeOf(send())).toBe('done');
  });

  it('502: a message may have been sent', async () => {
    server.faults.push(page(502));
    expect(await codeOf(send())).toBe('SEND_UNCERTAIN');
  });
});

// microsoft-graph-docs 3611 and 6785, msgraph-sdk-go 969.
it('a message that a delta query gives twice has arrived once', async () => {
  const { message } = await deliverOne(server, client, { subject: 'twice' });
  const { cursor } = await client.changesSince(message.folder, undefined, { limit: 10 });
  const one = { id: 'AAkALgAAAAAAHYQDEapmEc2byACq', receivedDateTime: '2026-11-26T10:00:00Z' };
  const link = `${server.url}/v1.0/me/mailFolders/x/messages/delta?$deltatoken=2`;
  const body = JSON.stringify({
    value: [one, one, { ...one, '@removed': { reason: 'changed' } }],
    '@odata.deltaLink': link,
  });
  server.faults.push({ kind: 'rubbish', body });
  const { arrived } = await client.changesSince(message.folder, cursor, { limit: 10 });
  expect(arrived).toEqual([one.id]);
});
