// What Exchange does by further bug reports of other programs that use EWS: one case for each kind.
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { EwsClient } from '../../../mail/ews/client';
import type { MailError } from '../../../mail/errors';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { startEws, type EwsServer, type Fault } from '../../servers/exchange/ews';
import { deliverOne } from '../exchange/dialogues';
import { codeOf, deliver } from '../exchange/faults';

let server: EwsServer;
let client: EwsClient;
let id: string;

beforeAll(async () => {
  server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
  client = await EwsClient.open(ewsSettings(server));
  id = (await deliverOne(server, client, { subject: 'one' })).message.id;
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(() => {
  for (const list of [server.bodies, server.faults, server.meanwhile]) list.length = 0;
});

const within = (code: string): Fault => ({ kind: 'within', code });
const matching = (text: RegExp) => expect.stringMatching(text) as string;
const send = async (text = 'x') =>
  await client.send({ from: ADA, to: 'info@example.test', subject: 's', text }, { saveToSent: 'automatic' });

describe('an attachment', () => {
  const answer = (element: string, content: string): Fault => ({
    kind: 'rubbish',
    body:
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
      '<m:GetAttachmentResponse><m:ResponseMessages><m:GetAttachmentResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>' +
      `<m:Attachments><t:${element}><t:AttachmentId Id="QUFBQUFBQUFB"/>${content}</t:${element}></m:Attachments>` +
      '</m:GetAttachmentResponseMessage></m:ResponseMessages></m:GetAttachmentResponse></s:Body></s:Envelope>',
  });
  const download = async (fault: Fault) => {
    server.faults.push(fault);
    const { content, fileName, mimeType } = await client.openAttachment(id, 'QUFBQUFBQUFB');
    return [fileName, mimeType, (await buffer(content)).toString()];
  };

  // exchangelib 436, 419.
  it.each(['<t:Content/>', '<t:Content></t:Content>'])(
    'that is empty is an empty file: %s',
    async (content) => {
      const file = answer(
        'FileAttachment',
        `<t:Name>a.txt</t:Name><t:ContentType>text/plain</t:ContentType>${content}`,
      );
      expect(await download(file)).toEqual(['a.txt', 'text/plain', '']);
    },
  );

  // exchangelib 539, ews-managed-api (fork) 55: what is missing is not the same as what is empty.
  it('of which nothing is given is no file, and nothing was lost on the way', async () => {
    server.faults.push(answer('FileAttachment', '<t:Name>a.txt</t:Name>'));
    await expect(client.openAttachment(id, 'QUFBQUFBQUFB')).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      message: matching(/gave no content/),
    });
  });

  // exchangelib 1200.
  it.each([
    ['a&#x11;b.txt', 'a b.txt'],
    ['it&apos;s &quot;b&quot; &amp;amp; c.txt', "it's b &amp; c.txt"],
    ['&#x20AC;.txt', '€.txt'],
  ])('has its name, whatever XML makes of it: %s', async (name, fileName) => {
    const [first] = await download(
      answer('FileAttachment', `<t:Name>${name}</t:Name><t:Content>eA==</t:Content>`),
    );
    expect(first).toBe(fileName);
  });

  // "Get attachment" of the Graph reference; microsoft-graph-docs 4309.
  it.each([
    ['BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n', 'Ada.vcf', 'text/vcard'],
    ['BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n', 'Ada.ics', 'text/calendar'],
    ['From: a', 'Ada.eml', 'message/rfc822'],
    ['', 'Ada.eml', 'message/rfc822'],
  ])('that is an item is named by what it is: %j', async (text, fileName, mimeType) => {
    const mime = `<t:Name>Ada</t:Name><t:Message><t:MimeContent CharacterSet="UTF-8">${Buffer.from(text).toString('base64')}</t:MimeContent></t:Message>`;
    expect(await download(answer('ItemAttachment', mime))).toEqual([fileName, mimeType, text]);
  });
});

// alcionai/corso 4834 and 5191, davmail 231.
describe('a code that means something else if a message is only read', () => {
  it.each([
    ['ErrorInvalidRecipients', /cannot read this message/],
    ['ErrorCorruptData', /cannot read this message/],
    ['ErrorMessageSizeExceeded', /larger than Exchange gives/],
  ])('%s', async (code, message) => {
    server.faults.push(within(code));
    const [outcome] = (await client.getMessages([id], { content: true })).values();
    expect(outcome).toMatchObject({ code: 'SERVER_REFUSED', message: matching(message) });
  });

  it.each([
    ['ErrorInvalidRecipients', 'SEND_REFUSED', /Check the sender and the recipients/],
    ['ErrorMessageSizeExceeded', 'SERVER_REFUSED', /Send smaller attachments/],
    ['ErrorSubmissionQuotaExceeded', 'SEND_REFUSED', /sent as much as it may/],
    // exchangelib 548: the inbox of another mailbox is shared, and not its sent items.
    ['ErrorSavedItemFolderNotFound', 'FOLDER_NOT_FOUND', /Save to Sent/],
  ])('%s, and when a message is sent', async (code, expected, description) => {
    server.faults.push(within(code));
    await expect(send()).rejects.toMatchObject({ code: expected, description: matching(description) });
  });
});

describe('a reply over which Exchange fails', () => {
  const failed: Fault = { kind: 'status', status: 500, body: '<html>' };
  const MANY = 30;
  let ids: string[];
  beforeAll(async () => {
    await deliver(server, 'Some', MANY);
    ids = await client.findMessages('Some', {}, Infinity);
  });
  /** The server fails over each request that names this message. */
  const failAt = (damaged: string) => {
    const look = () => {
      if (server.bodies.at(-1)?.includes(damaged)) server.faults.push(failed);
      server.meanwhile.push(look);
    };
    server.meanwhile.push(look);
  };

  it('is asked for in parts: the others are given, and the message is named', async () => {
    failAt(ids[17]!);
    const missing = new Map<string, MailError>();
    const found = await client.listMessages('Some', {}, { content: false }, Infinity, missing);
    expect(found).toHaveLength(MANY - 1);
    expect([...missing.keys()]).toEqual([ids[17]]);
    expect(server.bodies.filter((one) => one.includes('GetItem')).length).toBeLessThan(12);
  });

  it('is an error if Exchange fails over every message', async () => {
    failAt('GetItem');
    expect(await codeOf(client.getMessages(ids, { content: false }))).toBe('SERVER_REFUSED');
    expect(server.bodies.length).toBeLessThan(12);
  });
});

// ews-managed-api 241: Exchange Online searches in no more than 6 columns, and says that it failed.
describe('a search that has too many columns', () => {
  const query = { from: ['nobody', 'test'], subject: ['n'], isRead: false };

  it('is decided here', async () => {
    server.faults.push(within('ErrorInternalServerError'));
    const all = await client.findMessages('Some', query, Infinity);
    server.faults.length = 0;
    expect(all).toEqual(await client.findMessages('Some', query, Infinity));
    expect(all).not.toEqual([]);
  });

  it('is only a failure if it has few', async () => {
    server.faults.push(within('ErrorInternalServerError'));
    expect(await codeOf(client.findMessages('Some', { subject: ['n'] }, 5))).toBe('SERVER_REFUSED');
  });
});

// ews-managed-api 267: as often as it has categories.
it('a message that is found several times is given once', async () => {
  const ids = await client.findMessages('Some', {}, 3);
  const items = [0, 0, 0, 1, 2, 2].map((n) => `<t:Message><t:ItemId Id="${ids[n]!}"/></t:Message>`).join('');
  server.faults.push({
    kind: 'rubbish',
    body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:FindItemResponse><m:ResponseMessages><m:FindItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:RootFolder TotalItemsInView="6" IncludesLastItemInRange="true"><t:Items>${items}</t:Items></m:RootFolder></m:FindItemResponseMessage></m:ResponseMessages></m:FindItemResponse></s:Body></s:Envelope>`,
  });
  expect(await client.findMessages('Some', { keyword: ['x'] }, Infinity)).toEqual(ids);
});

describe('a fault in an answer of 200', () => {
  const fault = (code: string): Fault => ({
    kind: 'rubbish',
    body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>a:${code}</faultcode><faultstring>It failed.</faultstring><detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${code}</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>`,
  });

  it.each([
    ['ErrorServerBusy', 'SERVER_REFUSED', 'SERVER_REFUSED'],
    ['ErrorAccessDenied', 'ACCESS_DENIED', 'ACCESS_DENIED'],
    ['ErrorInternalServerError', 'SERVER_REFUSED', 'SEND_UNCERTAIN'],
    ['InternalServiceFault', 'SERVER_REFUSED', 'SEND_UNCERTAIN'],
  ])('is a fault: %s', async (code, reading, sending) => {
    server.faults.push(fault(code));
    expect(await codeOf(client.findMessages('Some', {}, 1))).toBe(reading);
    server.faults.push(fault(code));
    expect(await codeOf(send())).toBe(sending);
  });
});

describe('a refusal that is not from Exchange', () => {
  it.each([
    [413, 'x', /does not accept a request of 1 MB/],
    // IIS: the request is longer than maxAllowedContentLength.
    [404, 'x'.repeat(2_000_000), /does not accept a request of \d MB/],
  ])('%i: the message is too large, and was not sent', async (status, text, message) => {
    server.faults.push({ kind: 'status', status, body: '<html>' });
    await expect(send(text)).rejects.toMatchObject({ code: 'SERVER_REFUSED', message: matching(message) });
  });

  it.each([
    [407, /A proxy .*wants a login/],
    [440, /answers with a web page, such as a login page/],
    [404, /There is no EWS/],
  ])('%i, when something is read', async (status, message) => {
    server.faults.push({ kind: 'status', status });
    await expect(client.findMessages('Some', {}, 1)).rejects.toMatchObject({
      code: 'NOT_A_MAIL_SERVER',
      message: matching(message),
    });
  });
});
