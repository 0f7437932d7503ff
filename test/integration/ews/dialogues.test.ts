// What Exchange says in the field: the numbers are those of the dialogues that were collected there.
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { isMailError } from '../../../mail/errors';
import { EwsClient } from '../../../mail/ews/client';
import type { EwsVersion } from '../../../mail/account/ews-settings';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { startEws, type EwsServer, type Fault } from '../../servers/exchange/ews';
import { mail } from '../../servers/mime';
import { deliverOne, INLINE_PDF } from '../exchange/dialogues';
import { testDraftInThread } from '../exchange/draft-thread';
import { codeOf, deliver } from '../exchange/faults';

const CAROL = {
  name: 'Carol Clark',
  address: 'carol@example.test',
  legacyDn: '/O=LABS/OU=G/CN=RECIPIENTS/CN=CAROL',
};

let server: EwsServer;
let client: EwsClient;

const open = async (version: EwsVersion = 'Exchange2016'): Promise<EwsClient> => {
  const settings = ewsSettings(server);
  return await EwsClient.open({ ...settings, ews: { ...settings.ews, version } });
};

beforeAll(async () => {
  server = await startEws({
    accounts: [{ user: 'ada', domain: '', password: 'secret' }],
    directory: [CAROL],
  });
});
afterAll(async () => {
  await client?.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(async () => {
  server.faults.length = 0;
  await client?.close();
  client = await open();
  await client.listFolders({ counts: false });
  for (const list of [server.operations, server.faults, server.receipts]) list.length = 0;
});

const within = (code: string, more: Partial<Extract<Fault, { kind: 'within' }>> = {}): Fault => ({
  ...{ kind: 'within', code },
  ...more,
});

describe('17: an attached message', () => {
  it('is downloaded as it is', async () => {
    const inner = mail({ subject: 'inner', text: 'x' });
    const attachments = [{ filename: 'inner', contentType: 'message/rfc822', content: inner }];
    const { message } = await deliverOne(server, client, { subject: 'outer', attachments });
    const [attachment] = message.attachments;
    expect(attachment).toMatchObject({ mimeType: 'message/rfc822' });
    const download = await client.openAttachment(message.id, attachment!.part);
    expect(await buffer(download.content)).toEqual(inner);
  });

  it('that is a contact and has no MIME does not look like a lost connection', async () => {
    const attachments = [{ filename: 'c', contentType: 'message/rfc822', content: mail({}) }];
    const { message } = await deliverOne(server, client, { subject: 'outer', attachments });
    server.faults.push({ kind: 'rubbish', body: CONTACT });
    const { part } = message.attachments[0]!;
    const code = await codeOf(client.openAttachment(message.id, part).then(({ content }) => buffer(content)));
    expect(['done', 'CONNECTION_LOST']).not.toContain(code);
  });
});

describe('18: a server that says it is busy, within a 200 response', () => {
  it('is left alone for as long as it asks, and then asked again', async () => {
    server.faults.push(within('ErrorServerBusy', { backOff: 300 }));
    const started = Date.now();
    expect(await codeOf(client.findMessages('INBOX', {}, 1))).toBe('done');
    expect(Date.now() - started).toBeGreaterThanOrEqual(300);
  });
});

describe('18: a server that is busy within a 200, over a download', () => {
  it('is asked again for the message and for its files', async () => {
    const attachments = [{ filename: 'a.txt', contentType: 'text/plain', content: Buffer.from('A file') }];
    const { message } = await deliverOne(server, client, { subject: 'busy', attachments });
    server.faults.push(within('ErrorServerBusy', { backOff: 50 }));
    const { content } = await client.openAttachment(message.id, message.attachments[0]!.part);
    expect((await buffer(content)).toString()).toBe('A file');
    server.faults.push(within('ErrorServerBusy', { backOff: 50 }));
    const whole = await client.openMessage(message.id);
    expect((await buffer(whole.content)).toString()).toContain('Subject: busy');
  });
});

describe('19: errors for single items of a list', () => {
  const five = async (folder: string) => {
    await deliver(server, folder, 5);
    return await client.findMessages(folder, {}, 5);
  };

  it.each<[string, Fault]>([
    ['busy', within('ErrorServerBusy', { at: [1, 3], backOff: 10 })],
    ['stopped', within('ErrorBatchProcessingStopped', { at: [3, 4], responseClass: 'Warning' })],
  ])('asks again for the items that were not processed: %s', async (name, fault) => {
    const ids = await five(`Five ${name}`);
    server.faults.push(fault);
    const read = await client.getMessages(ids, { content: false });
    expect([...read.values()].filter((one) => !isMailError(one))).toHaveLength(5);
  });

  it('says of each copy whether it was made, where the server stays busy over the others', async () => {
    const ids = await five('Five copied');
    await client.createFolder('Copies');
    const busy: Fault = { kind: 'busy', backOff: 3_600_000 };
    server.faults.length = 0;
    server.operations.length = 0;
    await client.getFolder('Copies');
    server.faults.push(within('ErrorServerBusy', { at: [1, 3], backOff: 10 }), busy);
    const copied = [...(await client.copyMessages(ids, 'Copies')).values()];
    expect(copied.map((one) => isMailError(one))).toEqual([false, true, false, true, false]);
    server.faults.length = 0;
    expect(await client.findMessages('Copies', {}, 10)).toHaveLength(3);
  });

  it.each(['ErrorAccessDenied', 'ErrorContentConversionFailed'])(
    'gives the others, and reports these as not given rather than as gone: %s',
    async (code) => {
      const ids = await five(`Five ${code}`);
      server.faults.push(within(code, { at: [1, 3] }));
      const read = [...(await client.getMessages(ids, { content: false })).values()];
      expect(read.filter((one) => !isMailError(one))).toHaveLength(3);
      expect(read.filter((one) => isMailError(one, 'MESSAGE_NOT_FOUND'))).toEqual([]);
    },
  );

  it('does not pass off three of five messages as a complete list', async () => {
    await five('Five listed');
    // The first request finds, the second reads.
    server.faults.push(NONE, within('ErrorServerBusy', { at: [1, 3], backOff: 10 }));
    expect(await client.listMessages('Five listed', {}, { content: false }, 5)).toHaveLength(5);
  });
});

/** A fault that refuses nothing. */
const NONE = within('ErrorServerBusy', { at: [] });

describe('20: a recipient by its legacyExchangeDN', () => {
  it('is resolved to an address that can be written to', async () => {
    const to = `Ada <${ADA}>, Carol Clark <${CAROL.address}>`;
    const { message } = await deliverOne(server, client, { to, subject: 'both' });
    expect(message.to).toEqual([
      { name: 'Ada', address: ADA },
      { name: CAROL.name, address: CAROL.address },
    ]);
    expect(server.operations.filter((one) => one === 'ResolveNames')).toHaveLength(1);
  });
});

describe('21: a message whose sender asks for a receipt', () => {
  const asking = { subject: 'r', headers: { 'Disposition-Notification-To': 'bob@example.test' } };

  it('is marked as read without one', async () => {
    const { item, message } = await deliverOne(server, client, asking);
    await client.markMessages([message.id], { isRead: true });
    expect(item.isRead).toBe(true);
    expect(server.receipts).toEqual([]);
  });

  it('is deleted unread without one', async () => {
    const { message } = await deliverOne(server, client, asking);
    await client.deleteMessages([message.id], { permanently: true });
    expect(server.receipts).toEqual([]);
  });

  it.each<EwsVersion>(['Exchange2007_SP1', 'Exchange2010_SP2', 'Exchange2013'])(
    'is marked where the server knows no such attribute: %s',
    async (version) => {
      const old = await open(version);
      const { item, message } = await deliverOne(server, old, asking);
      await old.markMessages([message.id], { isRead: true });
      await old.close();
      expect(item.isRead).toBe(true);
    },
  );
});

describe('22: items among the mail that are not messages', () => {
  const CLASSES = [
    ...['IPM.Appointment', 'IPM.Task', 'IPM.Post', 'IPM.Schedule.Meeting.Request', 'REPORT.IPM.Note.NDR'],
  ];

  it.each(CLASSES)('is listed: %s', async (itemClass) => {
    const { message } = await deliverOne(server, client, { subject: itemClass }, { itemClass });
    expect(message.subject).toBe(itemClass);
  });

  const remove = async (itemClass: string, permanently: boolean) => {
    const { item, message } = await deliverOne(server, client, { subject: itemClass }, { itemClass });
    const outcomes = await client.deleteMessages([message.id], { permanently });
    expect([...outcomes.values()].filter((one) => isMailError(one))).toEqual([]);
    expect(server.mailbox(ADA).items.has(item.id)).toBe(false);
  };

  it.each(['IPM.Appointment', 'IPM.Task'])('is deleted: %s', async (itemClass) => {
    await remove(itemClass, true);
  });

  it.each(['IPM.Post', 'IPM.Schedule.Meeting.Request', 'REPORT.IPM.Note.NDR'])(
    'is deleted: %s',
    async (itemClass) => {
      await remove(itemClass, false);
    },
  );

  it('is flagged, an appointment too', async () => {
    const options = { itemClass: 'IPM.Appointment' };
    const { item, message } = await deliverOne(server, client, { subject: 'a' }, options);
    const outcomes = await client.markMessages([message.id], { isFlagged: true });
    expect([...outcomes.values()].filter((one) => isMailError(one))).toEqual([]);
    expect(item.isFlagged).toBe(true);
  });
});

describe('23: a category in different upper and lower case', () => {
  const invoice = async () => await deliverOne(server, client, { subject: 'i' }, { categories: ['Invoice'] });

  it('is found', async () => {
    const { message } = await invoice();
    expect(await client.findMessages(message.folder, { keyword: ['invoice'] }, 5)).toHaveLength(1);
  });

  it('is removed', async () => {
    const { item, message } = await invoice();
    await client.markMessages([message.id], { removeKeywords: ['invoice'] });
    expect(item.categories).toEqual([]);
  });

  it('is not added again', async () => {
    const { item, message } = await invoice();
    await client.markMessages([message.id], { addKeywords: ['INVOICE'] });
    expect(item.categories).toEqual(['Invoice']);
  });
});

describe('24: a PDF that Exchange calls inline', () => {
  it('counts as an attachment', async () => {
    const { message } = await deliverOne(server, client, INLINE_PDF);
    expect(message.attachments).toMatchObject([{ fileName: 'a.pdf', inline: false }]);
  });

  it('is found by the filter for attachments', async () => {
    const { message } = await deliverOne(server, client, INLINE_PDF);
    expect(await client.findMessages(message.folder, { hasAttachments: true }, 5)).toHaveLength(1);
  });
});

describe('25: a server that gives the same page again and again', () => {
  it('does not keep a search for ever', async () => {
    const body = page(server.mailbox(ADA).root.id);
    server.faults.push(...Array.from({ length: 20 }, (): Fault => ({ kind: 'rubbish', body })));
    await codeOf(client.findMessages('INBOX', {}, Infinity));
    expect(server.faults.length).toBeGreaterThan(10);
  });
});

describe('29: a filter that is too complex for the server', () => {
  it('is evaluated by the client, or refused as too many filters', async () => {
    const { message } = await deliverOne(server, client, { subject: 'complex', text: 'body' });
    server.faults.push(within('ErrorRestrictionTooComplex'));
    const found = client.findMessages(message.folder, { subject: ['complex'], body: ['body'] }, 5);
    expect(['done', 'NOT_SUPPORTED']).toContain(await codeOf(found));
  });
});

const soap = (body: string): string =>
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body ' +
  'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ' +
  `xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">${body}</s:Body></s:Envelope>`;

const done = (operation: string, content: string): string =>
  soap(
    `<m:${operation}Response><m:ResponseMessages><m:${operation}ResponseMessage ResponseClass="Success">` +
      `<m:ResponseCode>NoError</m:ResponseCode>${content}</m:${operation}ResponseMessage></m:ResponseMessages>` +
      `</m:${operation}Response>`,
  );

const CONTACT = done(
  'GetAttachment',
  '<m:Attachments><t:ItemAttachment><t:AttachmentId Id="QQ=="/><t:Name>c</t:Name><t:Contact>' +
    '<t:DisplayName>C</t:DisplayName></t:Contact></t:ItemAttachment></m:Attachments>',
);

const page = (id: string): string =>
  done(
    'FindItem',
    '<m:RootFolder IndexedPagingOffset="1" TotalItemsInView="751" IncludesLastItemInRange="false"><t:Items>' +
      `<t:Message><t:ItemId Id="${id}" ChangeKey="CQ=="/></t:Message></t:Items></m:RootFolder>`,
  );

testDraftInThread(() => ({ client, server }));
