// The tests' Exchange where no client of the tours goes: what it refuses, and how.
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ADA } from '../../contract/exchange-lab';
import { startEws, type EwsServer } from '../../servers/exchange/ews';
import { HAS_SCHEMA } from '../../servers/exchange/schema';
import type { NewItem, StoredItem } from '../../servers/exchange/mailbox';
import { mail } from '../../servers/mime';

let server: EwsServer;
let agent: Agent;

beforeAll(async () => {
  server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
  agent = new Agent({ ca: server.ca, keepAlive: true });
});
afterAll(async () => {
  agent.destroy();
  await server.stop();
});
beforeEach(() => {
  for (const list of [server.problems, server.receipts, server.faults]) list.length = 0;
});

interface Answer {
  status: number;
  /** The response codes in it, in order. */
  codes: string[];
  body: string;
}

async function post(xml: string): Promise<Answer> {
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    request(server.url, { method: 'POST', agent, headers, auth: 'ada:secret' }, resolve)
      .once('error', reject)
      .end(xml);
  });
  const body = await text(answered);
  const codes = [...body.matchAll(/<\w+:ResponseCode[^>]*>(\w+)</g)].map(([, code = '']) => code);
  return { status: answered.statusCode!, codes, body };
}

const NAMESPACES =
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ' +
  'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"';

const ask = async (body: string, version = 'Exchange2016'): Promise<Answer> =>
  await post(
    `<s:Envelope ${NAMESPACES}><s:Header><t:RequestServerVersion Version="${version}"/></s:Header>` +
      `<s:Body>${body}</s:Body></s:Envelope>`,
  );

const add = async (options: NewItem = {}, headers = {}): Promise<StoredItem> => {
  const mailbox = server.mailbox(ADA);
  return await mailbox.add(mailbox.folderAt('Inbox').id, mail({ subject: 's', headers }), options);
};

const update = (attributes: string, { id }: StoredItem, set: string): string =>
  `<m:UpdateItem ${attributes}><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField>` +
  `${set}</t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;

const isRead = (value: string): string =>
  `<t:FieldURI FieldURI="message:IsRead"/><t:Message><t:IsRead>${value}</t:IsRead></t:Message>`;

const OVERWRITE = 'ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"';

describe('an invalid request', () => {
  it.each([
    ['no XML', '<s:Envelope><s:Body>R&D</s:Body>'],
    ['nothing', ''],
    ...(HAS_SCHEMA
      ? [
          [
            'not as the schema has it',
            `<s:Envelope ${NAMESPACES}><s:Body><m:FindItem/></s:Body></s:Envelope>`,
          ],
        ]
      : []),
  ])('gets a fault that says what is wrong: %s', async (_, xml) => {
    const { status, codes, body } = await post(xml!);
    expect([status, codes]).toEqual([500, ['ErrorSchemaValidation']]);
    expect(body).toContain('<s:Fault>');
    expect(server.problems).toHaveLength(1);
  });

  it('gets a fault when it uses something that an older version does not know', async () => {
    const item = await add();
    const asked = update(`${OVERWRITE} SuppressReadReceipts="true"`, item, isRead('true'));
    expect(await ask(asked, 'Exchange2013')).toMatchObject({ status: 500, codes: ['ErrorSchemaValidation'] });
    expect(await ask(asked, 'Exchange2013_SP1')).toMatchObject({ status: 200, codes: ['NoError'] });
    expect(server.problems).toEqual([]);
  });
});

describe('a change of isRead', () => {
  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
  ])('is an xs:boolean: %s', async (value, wanted) => {
    const item = await add({ isRead: !wanted });
    await ask(update(OVERWRITE, item, isRead(value)));
    expect(item.isRead).toBe(wanted);
  });

  it.each([
    ['', 'read'],
    ['SuppressReadReceipts="false"', 'read'],
    ['SuppressReadReceipts="true"', undefined],
    ['SuppressReadReceipts="1"', undefined],
  ])('to true sends a receipt that was requested and not suppressed: %s', async (attribute, kind) => {
    const item = await add({}, { 'Disposition-Notification-To': 'bob@example.test' });
    await ask(update(`${OVERWRITE} ${attribute}`, item, isRead('true')));
    await ask(update(`${OVERWRITE} ${attribute}`, item, isRead('true')));
    expect(server.receipts.map((receipt) => receipt.kind)).toEqual(kind ? [kind] : []);
  });

  it('must say what happens to the message, and which version of it is meant', async () => {
    const item = await add();
    const { codes } = await ask(update('ConflictResolution="AlwaysOverwrite"', item, isRead('true')));
    expect(codes).toEqual(['ErrorMessageDispositionRequired']);
    const never = 'ConflictResolution="NeverOverwrite" MessageDisposition="SaveOnly"';
    expect((await ask(update(never, item, isRead('true')))).codes).toEqual(['ErrorChangeKeyRequired']);
    const stale = update(never, item, isRead('true')).replace(
      '/><t:Updates>',
      ' ChangeKey="CQ=="/><t:Updates>',
    );
    expect((await ask(stale)).codes).toEqual(['ErrorIrresolvableConflict']);
    expect(item.isRead).toBe(false);
  });

  it('is refused for an appointment', async () => {
    const item = await add({ itemClass: 'IPM.Appointment' });
    const told = `${OVERWRITE} SendMeetingInvitationsOrCancellations="SendToNone"`;
    expect((await ask(update(told, item, isRead('true')))).codes).toEqual(['ErrorInvalidPropertySet']);
  });
});

it('leaves out a property that it does not know', async () => {
  const { id } = await add();
  const path = '<t:ExtendedFieldURI PropertyTag="0x6fff" PropertyType="String"/>';
  const shape = `<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${path}</t:AdditionalProperties></m:ItemShape>`;
  const { codes, body } = await ask(
    `<m:GetItem>${shape}<m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
  expect(codes).toEqual(['NoError']);
  expect(body).not.toContain('ExtendedProperty');
  expect(server.problems).toEqual([]);
});

it('gives the MIME of an attached message only where it is asked for', async () => {
  const inner = mail({ subject: 'inner' });
  const attachments = [{ filename: 'inner', contentType: 'message/rfc822', content: inner }];
  const mailbox = server.mailbox(ADA);
  const { id } = await mailbox.add(mailbox.folderAt('Inbox').id, mail({ subject: 'outer', attachments }));
  const field = '<t:AdditionalProperties><t:FieldURI FieldURI="item:Attachments"/></t:AdditionalProperties>';
  const listed = await ask(
    `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${field}</m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
  );
  const [, attachment = ''] = /AttachmentId Id="([^"]+)"/.exec(listed.body) ?? [];
  const get = async (shape: string) =>
    (
      await ask(
        `<m:GetAttachment><m:AttachmentShape>${shape}</m:AttachmentShape><m:AttachmentIds><t:AttachmentId Id="${attachment}"/></m:AttachmentIds></m:GetAttachment>`,
      )
    ).body;
  const plain = await get('');
  expect(plain).toMatch(/<t:ItemAttachment>.*<t:Message>.*<t:Subject>inner<\/t:Subject>/);
  expect(plain).not.toContain('MimeContent');
  const whole = await get('<t:IncludeMimeContent>true</t:IncludeMimeContent>');
  expect(whole).toContain(`<t:MimeContent CharacterSet="UTF-8">${inner.toString('base64')}</t:MimeContent>`);
  expect(server.problems).toEqual([]);
});

it('refuses single items of a request when a test says so, with the time to wait', async () => {
  const ids = [await add(), await add()].map(({ id }) => `<t:ItemId Id="${id}"/>`).join('');
  server.faults.push({ kind: 'within', code: 'ErrorServerBusy', at: [1], backOff: 300 });
  const { status, codes, body } = await ask(
    `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds>${ids}</m:ItemIds></m:GetItem>`,
  );
  expect([status, codes]).toEqual([200, ['NoError', 'ErrorServerBusy']]);
  expect(body).toContain('<t:Value Name="BackOffMilliseconds">300</t:Value>');
  expect(server.problems).toEqual([]);
});
