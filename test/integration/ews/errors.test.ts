import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { EwsClient } from '../../../mail/ews/client';
import { ewsSettings } from '../../contract/ews-lab';
import { ADA } from '../../contract/exchange-lab';
import { startEws, type EwsServer } from '../../servers/exchange/ews';
import { mail } from '../../servers/mime';
import { testFolderErrors } from '../exchange/folder-errors';

// What a builder sees when Exchange refuses, or sends less than it was asked for.

let server: EwsServer;
let client: EwsClient;

beforeAll(async () => {
  server = await startEws({ accounts: [{ user: 'ada', domain: '', password: 'secret' }] });
  client = await EwsClient.open(ewsSettings(server));
  await server.mailbox(ADA).deliver('Inbox', [{ mime: mail({ subject: 'one' }) }]);
});
afterAll(async () => {
  await client.close();
  await server.stop();
  expect(server.problems).toEqual([]);
});
beforeEach(() => void (server.faults.length = 0));

testFolderErrors(() => client);

const envelope = (body: string): string =>
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body ' +
  'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" ' +
  `xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">${body}</s:Body></s:Envelope>`;
const found = (items: string): string =>
  envelope(
    '<m:GetItemResponse><m:ResponseMessages><m:GetItemResponseMessage ResponseClass="Success">' +
      `<m:ResponseCode>NoError</m:ResponseCode><m:Items>${items}</m:Items>` +
      '</m:GetItemResponseMessage></m:ResponseMessages></m:GetItemResponse>',
  );

describe('a message', () => {
  let id: string;
  beforeAll(async () => {
    [id = ''] = await client.findMessages('INBOX', {}, 1);
  });

  it.each([
    [
      'none of its content',
      found('<t:Message><t:ItemId Id="QQ==" ChangeKey="CQ=="/></t:Message>'),
      'SERVER_REFUSED',
      /^localhost:\d+ gave no content of the message or attachment$/,
      /^Try again\. If it always happens/,
    ],
    [
      'a part of its content',
      found('<t:Message><t:MimeContent>U3ViamVjdDog</t:MimeContent>').split('</t:M')[0]!,
      'CONNECTION_LOST',
      /^localhost:\d+ sent only part of the content, or none$/,
      /^Try again\.$/,
    ],
  ])('of which the server sends %s gives an error, and no file', async (_, body, code, message, fix) => {
    server.faults.push({ kind: 'rubbish', body });
    const whole = client.openMessage(id).then(async ({ content }) => await buffer(content));
    await expect(whole).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
      description: expect.stringMatching(fix) as string,
    });
  });

  it('that is not in the reply is not reported as gone', async () => {
    server.faults.push({ kind: 'rubbish', body: found('') });
    expect((await client.getMessages([id], { content: false })).get(id)).toMatchObject({
      code: 'SERVER_REFUSED',
      message: 'Exchange did not return a message that it was asked for',
      description: expect.stringMatching(/^Try again\. If it always happens/) as string,
    });
  });

  it('that is too large for the server is not stored', async () => {
    server.faults.push({ kind: 'within', code: 'ErrorMessageSizeExceeded' });
    await expect(
      client.appendMessage('INBOX', { content: mail({ subject: 'large' }), marks: {} }),
    ).rejects.toMatchObject({
      code: 'SERVER_REFUSED',
      message: 'The message is too large for Exchange',
      description: 'Send smaller attachments.',
    });
  });
});

it('says that Microsoft turns off EWS when Office 365 does not allow it', async () => {
  const office = await EwsClient.open({ ...ewsSettings(server), provider: 'outlook' });
  server.faults.push({ kind: 'status', status: 403 });
  await expect(office.findMessages('INBOX', {}, 1)).rejects.toMatchObject({
    code: 'SERVER_REFUSED',
    message: expect.stringMatching(
      /^localhost:\d+ does not allow EWS for this mailbox \(HTTP 403\)$/,
    ) as string,
    description: expect.stringContaining('Set "Protocol" of Email Connect to "Microsoft Graph"') as string,
  });
  await office.close();
});

it.each([
  ['clientCredentials', /"full_access_as_app" of Office 365 Exchange Online/],
  ['oAuth2', /Connect the credential again.*"EWS\.AccessAsUser\.All"/],
] as const)('says what a refused token of %s lacks', async (authentication, fix) => {
  const login = async () => await Promise.resolve({ user: ADA, accessToken: 'refused' });
  const authenticator = { account: ADA, fingerprint: 'refused', login };
  const settings = { ...ewsSettings(server), provider: 'outlook', authentication, authenticator } as const;
  await expect(EwsClient.open(settings)).rejects.toMatchObject({
    code: 'AUTHENTICATION_FAILED',
    message: expect.stringMatching(/^localhost:\d+ refused the access token$/) as string,
    description: expect.stringMatching(fix) as string,
  });
});

it('says that a rule of the organization is behind a refused token', async () => {
  // The test server takes passwords only, so it is the settings that say what was refused.
  const office = await EwsClient.open({
    ...ewsSettings(server),
    provider: 'outlook',
    authentication: 'oAuth2',
  });
  server.faults.push({
    ...{ kind: 'status', status: 401 },
    headers: { 'www-authenticate': 'Bearer realm="", error="insufficient_claims", claims="e30="' },
  });
  await expect(office.findMessages('INBOX', {}, 1)).rejects.toMatchObject({
    code: 'AUTHENTICATION_FAILED',
    message: expect.stringMatching(
      /^A rule of the organization keeps localhost:\d+ from accepting/,
    ) as string,
    description: expect.stringContaining('Conditional Access') as string,
  });
  await office.close();
});
