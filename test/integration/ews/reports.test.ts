// What Exchange does by the bug reports of other programs that use EWS: one case for each kind.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { EwsClient } from '../../../mail/ews/client';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { startEws, type EwsServer, type Fault } from '../../servers/exchange/ews';
import { deliverOne } from '../exchange/dialogues';
import { codeOf, deliver } from '../exchange/faults';

const MANY = 1300;

let server: EwsServer;
let client: EwsClient;

beforeAll(async () => {
  server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
  await deliver(server, 'Many', MANY);
  await deliver(server, 'There', 1);
  client = await EwsClient.open(ewsSettings(server));
  await client.listFolders({ counts: false });
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(() => {
  for (const list of [server.operations, server.faults]) list.length = 0;
});

const find = async () => await client.findMessages('Many', {}, Infinity);
const itemsOf = (folder: string) => {
  const mailbox = server.mailbox(ADA);
  return mailbox.itemsIn(mailbox.folderAt(folder).id);
};

describe('an error that does not say whether a change was made', () => {
  const within = (code: string): Fault => ({ kind: 'within', code });
  const inFault = (code: string): Fault => ({ kind: 'status', status: 500, body: fault(code) });

  it.each<[string, Fault]>([
    ...['ErrorTimeoutExpired', 'ErrorInternalServerTransientError', 'ErrorInternalServerError'].flatMap(
      (code): Array<[string, Fault]> => [
        [`${code} in a response`, within(code)],
        [`${code} in a fault`, inFault(code)],
      ],
    ),
    ['ErrorMailboxMoveInProgress in a response', within('ErrorMailboxMoveInProgress')],
    // ews-managed-api 278: no schema names it.
    ['ErrorConnectionFailedTransientError in a fault', inFault('ErrorConnectionFailedTransientError')],
    ['ErrorADUnavailable in a response', within('ErrorADUnavailable')],
    // Of the server itself, not of Exchange.
    ['InternalServiceFault', inFault('InternalServiceFault')],
    // exchangelib 1052; a gateway such as Varnish says it after it forwarded the request.
    ['a gateway that names a time', { kind: 'throttled', retryAfter: 1 }],
  ])('%s: a message may have been sent, and others may have been moved', async (_, oneFault) => {
    server.faults.push(oneFault);
    const message = { from: ADA, to: 'info@example.test', subject: 'once', text: 'x' };
    expect(await codeOf(client.send(message, { saveToSent: 'automatic' }))).toBe('SEND_UNCERTAIN');
    const { message: moved } = await deliverOne(server, client, { subject: 'moved' });
    await client.getFolder('There');
    server.faults.length = 0;
    server.faults.push(oneFault);
    const outcomes = await client.deleteMessages([moved.id], { permanently: true });
    expect([...outcomes.values()]).toMatchObject([{ code: 'CHANGE_UNCERTAIN' }]);
  });

  it('is only temporary for what reads', async () => {
    server.faults.push(within('ErrorInternalServerError'));
    const error: unknown = await find().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SERVER_REFUSED', retryAfter: 0 });
  });

  it.each(['Client', 'Sender', 'ErrorSchemaValidation'])('is not a wrong request: %s', async (code) => {
    server.faults.push(inFault(code));
    const message = { from: ADA, to: 'info@example.test', subject: 'wrong', text: 'x' };
    expect(await codeOf(client.send(message, { saveToSent: 'automatic' }))).toBe('SERVER_REFUSED');
  });

  it('is waited for where only something is read', async () => {
    server.faults.push({ kind: 'throttled', retryAfter: 0 });
    expect(new Set(await find()).size).toBeGreaterThan(0);
  });

  // outlook-dev-docs 144: several hundred messages, one after the other.
  it('does not speak of a folder only, where messages were to be moved', async () => {
    const { message } = await deliverOne(server, client, { subject: 'not moved' });
    await client.getFolder('There');
    server.faults.push(within('ErrorMoveCopyFailed'));
    const [outcome] = (await client.moveMessages([message.id], 'There')).values();
    expect(outcome).toMatchObject({
      code: 'SERVER_REFUSED',
      description: expect.stringMatching(/messages .*with fewer at a time\.$/) as string,
    });
  });

  it('is another matter than a refusal', async () => {
    server.faults.push(within('ErrorQuotaExceeded'));
    const message = { from: ADA, to: 'info@example.test', subject: 'full', text: 'x' };
    expect(await codeOf(client.send(message, { saveToSent: 'automatic' }))).toBe('SERVER_REFUSED');
  });
});

describe('a search over several pages', () => {
  it('takes no more requests than it has pages', async () => {
    expect(new Set(await find()).size).toBe(MANY);
    expect(server.operations).toEqual(['FindItem', 'FindItem']);
  });

  it('does not end with a page without messages, unless it is the last', async () => {
    const empty: Fault = { kind: 'rubbish', body: page(MANY) };
    server.faults.push(...Array.from({ length: 20 }, () => empty));
    await expect(find()).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    server.faults.length = 0;
    server.faults.push({ kind: 'rubbish', body: page(0) });
    expect(await find()).toEqual([]);
  });
});

describe('a server that gives fewer results at a time than others', () => {
  const refusal = (limit: string) =>
    reply('FindItem', '')
      .replace('"Success"', '"Error"')
      .replace(
        '<m:ResponseCode>NoError</m:ResponseCode>',
        '<m:MessageText>You have exceeded the maximum number of objects that can be returned for the find operation. Use paging to reduce the result size and try your request again.</m:MessageText>' +
          `<m:ResponseCode>ErrorExceededFindCountLimit</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>${limit}`,
      );

  it.each([
    ['names its limit', '<m:MessageXml><t:Value Name="PolicyLimit">400</t:Value></m:MessageXml>', 400],
    ['does not', '', 500],
  ])('and %s: all are found', async (_, limit, size) => {
    const other = await EwsClient.open(ewsSettings(server));
    await other.listFolders({ counts: false });
    server.operations.length = 0;
    server.faults.push({ kind: 'rubbish', body: refusal(limit) });
    const count = itemsOf('Many').length;
    expect(new Set(await other.findMessages('Many', {}, Infinity)).size).toBe(count);
    // Each page begins with the last one of the page before.
    expect(server.operations).toHaveLength(1 + Math.ceil((count - 1) / (size - 1)));
    await other.close();
  });

  it('and names its limit for several folders together: in one folder it is asked for as many', async () => {
    const other = await EwsClient.open(ewsSettings(server));
    await other.listFolders({ counts: false });
    const limit = refusal('<m:MessageXml><t:Value Name="PolicyLimit">600</t:Value></m:MessageXml>');
    server.faults.push({ kind: 'rubbish', body: limit });
    const search = { query: {}, wanted: { content: false }, limit: 500, sort: 'newest' as const };
    await other.searchMessages({ where: ['Many', 'There'], ...search });
    server.operations.length = 0;
    const count = itemsOf('Many').length;
    expect(new Set(await other.findMessages('Many', {}, Infinity)).size).toBe(count);
    expect(server.operations).toHaveLength(Math.ceil((count - 1) / 599));
    await other.close();
  });

  it('does not end in an endless search', async () => {
    const other = await EwsClient.open(ewsSettings(server));
    server.faults.push(...Array.from({ length: 20 }, (): Fault => ({ kind: 'rubbish', body: refusal('') })));
    await expect(other.findMessages('INBOX', {}, Infinity)).rejects.toMatchObject({ code: 'SERVER_REFUSED' });
    server.faults.length = 0;
    await other.close();
  });
});

describe('characters that XML does not allow', () => {
  it('in a reply: the messages are read', async () => {
    const { message } = await deliverOne(server, client, { subject: 'odd', text: 'x' });
    const { id } = message;
    const body = item(id, 'A&#x1;B&#x1F;C&#x0;D');
    server.faults.push({ kind: 'rubbish', body });
    const read = (await client.getMessages([id], { content: true })).get(id);
    expect(read).toMatchObject({ subject: expect.stringMatching(/^A.?B.?C.?D$/) as string });
  });
});

const fault = (code: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:a="http://schemas.microsoft.com/exchange/services/2006/types">a:${code}</faultcode><faultstring xml:lang="en-US">It failed.</faultstring><detail><e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${code}</e:ResponseCode></detail></s:Fault></s:Body></s:Envelope>`;

const reply = (operation: string, content: string): string =>
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body ' +
  'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ' +
  'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">' +
  `<m:${operation}Response><m:ResponseMessages><m:${operation}ResponseMessage ResponseClass="Success">` +
  `<m:ResponseCode>NoError</m:ResponseCode>${content}</m:${operation}ResponseMessage></m:ResponseMessages>` +
  `</m:${operation}Response></s:Body></s:Envelope>`;

const page = (total: number): string =>
  reply(
    'FindItem',
    `<m:RootFolder IndexedPagingOffset="1000" TotalItemsInView="${total}" IncludesLastItemInRange="false"><t:Items/></m:RootFolder>`,
  );

const item = (id: string, text: string): string =>
  reply(
    'GetItem',
    `<m:Items><t:Message><t:ItemId Id="${id}" ChangeKey="CQ"/><t:Subject>${text}</t:Subject><t:Body BodyType="Text">${text}</t:Body></t:Message></m:Items>`,
  );
