import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { EwsChanger } from '../../../mail/ews/change';
import { toMessage } from '../../../mail/ews/convert';
import { soapFault } from '../../../mail/ews/fault';
import { EwsFolderOperations } from '../../../mail/ews/folder-operations';
import { EwsFolders } from '../../../mail/ews/folders';
import { EwsReader } from '../../../mail/ews/read';
import { errorFor } from '../../../mail/ews/responses';
import { EwsService } from '../../../mail/ews/service';
import type { EwsSettings } from '../../../mail/account/ews-settings';
import type { EwsTransport } from '../../../mail/ews/transport';
import { parseXml } from '../../../mail/ews/xml';
import type { Message } from '../../../mail/model/message';

// What replies of real servers look like beyond what the schema says, each trait with the servers that show it.
// Written for these tests, after recorded replies that other clients are tested with.

const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages';
const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP}"><s:Header/><s:Body>${body}</s:Body></s:Envelope>`;

const reply = (operation: string, ...responses: string[]): string =>
  envelope(
    `<m:${operation}Response xmlns:m="${MESSAGES}" xmlns:t="${TYPES}"><m:ResponseMessages>${responses.join('')}</m:ResponseMessages></m:${operation}Response>`,
  );

const success = (operation: string, content: string): string =>
  reply(
    operation,
    `<m:${operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${content}</m:${operation}ResponseMessage>`,
  );

const failed = (operation: string, code: string): string =>
  reply(
    operation,
    `<m:${operation}ResponseMessage ResponseClass="Error"><m:MessageText>No.</m:MessageText><m:ResponseCode>${code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></m:${operation}ResponseMessage>`,
  );

/** Gets these replies, in order. */
function serviceOf(...replies: string[]): EwsService {
  const transport = {
    post: async () =>
      await Promise.resolve(Readable.from([Buffer.from(replies.shift() ?? '')]) as IncomingMessage),
  };
  const url = new URL('https://mail.example.test/EWS/Exchange.asmx');
  const version: EwsSettings['version'] = 'Exchange2013_SP1';
  return new EwsService({ url, version }, transport as unknown as EwsTransport);
}

const item = (content: string, name = 'Message'): Message =>
  toMessage(parseXml(`<t:${name}>${content}</t:${name}>`).children[0]!, 'INBOX', {
    content: true,
    headers: true,
  });

const mailbox = (...content: string[]): string => `<t:Mailbox>${content.join('')}</t:Mailbox>`;
const PATH = '/O=EXAMPLE/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=1A2B-ADA';
const property = (tag: string, value: string): string =>
  `<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="${tag}" PropertyType="String"/><t:Value>${value}</t:Value></t:ExtendedProperty>`;

describe('an envelope', () => {
  const folder = '<t:Folder><t:FolderId Id="AAA=" ChangeKey="B"/></t:Folder>';

  it.each([
    // With a mark of the byte order, before a declaration in lines of its own: gateways that write a reply anew.
    ['\uFEFF', success('GetFolder', `<m:Folders>${folder}</m:Folders>`).replaceAll('><', '>\r\n  <')],
    // Prefix soap, and the version in the header: Exchange 2007.
    [
      '',
      success('GetFolder', `<m:Folders>${folder}</m:Folders>`)
        .replaceAll('s:', 'soap:')
        .replaceAll('xmlnsoap:', 'xmlns:')
        .replace(
          '<soap:Header/>',
          `<soap:Header><t:ServerVersionInfo MajorVersion="8" MinorVersion="3" xmlns:t="${TYPES}"/></soap:Header>`,
        ),
    ],
    // Without prefixes, a namespace on each element: gateways, and other servers that speak EWS.
    [
      '',
      `<Envelope xmlns="${SOAP}"><Body><GetFolderResponse xmlns="${MESSAGES}"><ResponseMessages><GetFolderResponseMessage ResponseClass="Success"><ResponseCode>NoError</ResponseCode><Folders><Folder xmlns="${TYPES}"><FolderId Id="AAA="/></Folder></Folders></GetFolderResponseMessage></ResponseMessages></GetFolderResponse></Body></Envelope>`,
    ],
  ])('is read in any valid form, %#', async (mark, xml) => {
    const response = await serviceOf(mark + xml).ask('<m:GetFolder/>');
    expect(response.at('Folders/Folder/FolderId')?.attributes.Id).toBe('AAA=');
  });

  it('that is nested too deeply is refused without being walked through', () => {
    expect(() => parseXml('<a>'.repeat(100_000) + '</a>'.repeat(100_000))).toThrow(SyntaxError);
  });
});

describe('a message', () => {
  it('from someone in the organization has an address, when Exchange gives one', () => {
    const from = `<t:From>${mailbox('<t:Name>Ada Lovelace</t:Name>', `<t:EmailAddress>${PATH}</t:EmailAddress>`, '<t:RoutingType>EX</t:RoutingType>')}</t:From>`;
    // Of users that were deleted since: all versions.
    const known = item(from + property('0x5d02', 'ada@example.test') + property('0x5d01', 'pa@example.test'));
    expect(known.from).toEqual([{ name: 'Ada Lovelace', address: 'ada@example.test' }]);
    expect(known.replyTo).toEqual(known.from);
    expect(item(from + property('0x5d01', 'pa@example.test')).from[0]?.address).toBe('pa@example.test');
    // From before Exchange 2010, which kept no other.
    expect(item(from + property('0x5d02', PATH)).from).toEqual([{ name: 'Ada Lovelace', address: '' }]);
  });

  it('can name recipients without an address', () => {
    const { to } = item(
      `<t:ToRecipients>${[
        mailbox(`<t:Name>${PATH}</t:Name>`, `<t:EmailAddress>${PATH}</t:EmailAddress>`),
        // Contacts' groups, and people in drafts that Outlook has not looked up: all versions.
        mailbox('<t:Name>The team</t:Name>', '<t:RoutingType>MAPIPDL</t:RoutingType>'),
        mailbox('<t:Name/>', '<t:EmailAddress/>'),
        mailbox('<t:Name>bob@example.test</t:Name>', '<t:EmailAddress>bob@example.test</t:EmailAddress>'),
      ].join('')}</t:ToRecipients>`,
    );
    expect(to).toEqual([
      { name: '1A2B-ADA', address: '' },
      { name: 'The team', address: '' },
      { name: '', address: '' },
      { name: '', address: 'bob@example.test' },
    ]);
  });

  it('without a sender, dates or a body is still a message', () => {
    // Drafts, and what monitoring and other programs put into a mailbox: all versions.
    const empty = item(
      '<t:ItemId Id="AAA="/><t:Subject/><t:Body BodyType="Text"/><t:DateTimeSent xsi:nil="true"/>',
    );
    expect(empty).toMatchObject({ id: 'AAA=', subject: '', from: [], replyTo: [], to: [], size: 0 });
    expect(empty).toMatchObject({ date: undefined, messageId: undefined, content: { text: '', html: '' } });
  });

  it.each(['MeetingRequest', 'MeetingCancellation', 'MeetingResponse', 'Item', 'PostItem', 'SharingMessage'])(
    'is read from a %s too, and unknown properties are skipped',
    (name) => {
      // Properties of a newer version come in between: Exchange 2016 and later.
      const message = item(
        `<t:ItemClass>IPM.Schedule</t:ItemClass><t:Later><t:Subject>no</t:Subject></t:Later><t:Subject>When?</t:Subject><t:From>${mailbox('<t:EmailAddress>ada@example.test</t:EmailAddress>')}</t:From><t:IsRead>true</t:IsRead>`,
        name,
      );
      expect(message).toMatchObject({
        subject: 'When?',
        isRead: true,
        from: [{ address: 'ada@example.test' }],
      });
    },
  );

  it('has line ends like mail from any other protocol', () => {
    // The end of a line is a reference and a line feed: all versions.
    const html = item('<t:Body BodyType="HTML">&lt;p&gt;a&#xD;\n&lt;/p&gt;&#xD;\n</t:Body>').content;
    expect(html?.html).toBe('<p>a\n</p>\n');
    const text = item('<t:Body BodyType="HTML">x</t:Body><t:TextBody BodyType="Text">a&#xD;\nb</t:TextBody>');
    expect(text.content?.text).toBe('a\nb');
    expect(item('<t:Body BodyType="Text">a&#xD;\n&amp;#xD;</t:Body>').content?.text).toBe('a\n&#xD;');
  });

  it('has no line breaks or control characters in single-line fields', () => {
    // Control characters as references, which XML 1.0 forbids: Exchange 2010 and later.
    const odd = item(
      `<t:Subject>A&#xD;\nB&#x1F;C&#x7;</t:Subject><t:From>${mailbox('<t:Name>Ada&#xA;B</t:Name>', '<t:EmailAddress>ada@example.test</t:EmailAddress>')}</t:From><t:InternetMessageHeaders><t:InternetMessageHeader HeaderName="X-Long">a&#xD;\n\tb</t:InternetMessageHeader></t:InternetMessageHeaders>`,
    );
    expect(odd.subject).toBe('A B C');
    expect(odd.from[0]?.name).toBe('Ada B');
    expect(odd.headers).toEqual([{ name: 'X-Long', value: 'a b' }]);
  });
});

describe('folders', () => {
  const folder = (id: string, name: string, ...content: string[]): string =>
    `<t:Folder><t:FolderId Id="${id}"/><t:ParentFolderId Id="root"/>${content.join('')}<t:DisplayName>${name}</t:DisplayName></t:Folder>`;
  const found = (...folders: string[]): string =>
    success(
      'FindFolder',
      `<m:RootFolder TotalItemsInView="${folders.length}" IncludesLastItemInRange="true"><t:Folders>${folders.join('')}</t:Folders></m:RootFolder>`,
    );
  const special = reply(
    'GetFolder',
    `<m:GetFolderResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Folders>${folder('in', 'Posteingang')}</m:Folders></m:GetFolderResponseMessage>`,
    // A mailbox that nobody has opened with Outlook has no folder for junk: Exchange 2007 and 2010.
    ...Array<string>(4).fill(
      '<m:GetFolderResponseMessage ResponseClass="Error"><m:ResponseCode>ErrorFolderNotFound</m:ResponseCode></m:GetFolderResponseMessage>',
    ),
  );
  const list = found(
    folder('in', 'Posteingang', '<t:FolderClass>IPF.Note</t:FolderClass>'),
    folder('a', 'A'),
  );

  it('are only mail folders, with any class for mail', async () => {
    const all = [
      folder(
        'in',
        'Posteingang',
        '<t:FolderClass>IPF.Note</t:FolderClass>',
        '<t:TotalCount>2</t:TotalCount>',
      ),
      // Made by Outlook from an IMAP account, by other programs, and for Outlook alone: all versions.
      folder('im', 'Old', '<t:FolderClass>IPF.Imap</t:FolderClass>'),
      folder('no', 'None'),
      folder('hp', 'Page', '<t:FolderClass>IPF.Note.OutlookHomepage</t:FolderClass>'),
      folder('cf', 'Quick Steps', '<t:FolderClass>IPF.Configuration</t:FolderClass>'),
      '<t:CalendarFolder><t:FolderId Id="ca"/><t:FolderClass>IPF.Appointment</t:FolderClass><t:DisplayName>Kalender</t:DisplayName></t:CalendarFolder>',
    ];
    const folders = await new EwsFolders(serviceOf(special, found(...all)), undefined).list();
    expect(folders.map(({ path, counts }) => [path, counts?.total])).toEqual([
      ...[
        ['INBOX', 2],
        ['None', 0],
        ['Old', 0],
        ['Page', 0],
      ],
    ]);
  });

  it('that are gone are reported as missing folders, not as missing messages', async () => {
    // A folder is an item in this error: all versions.
    const gone = { code: 'FOLDER_NOT_FOUND', message: 'There is no folder "A" in this mailbox' };
    const searching = serviceOf(special, list, failed('FindItem', 'ErrorItemNotFound'));
    const reader = new EwsReader(searching, new EwsFolders(searching, undefined));
    await expect(reader.find('A', {}, 1, new Map())).rejects.toMatchObject(gone);
    const deleting = serviceOf(special, list, failed('DeleteFolder', 'ErrorItemNotFound'));
    await expect(operationsOf(deleting).delete('A')).rejects.toMatchObject(gone);
  });

  it('whose name is taken are reported as existing', async () => {
    // It is looked for first: of a name that is taken, Exchange 2007 and 2010 say nothing but that it failed.
    const nested = found(
      folder('in', 'Posteingang'),
      folder('a', 'A'),
      folder('b', 'B'),
      folder('ba', 'A').replace('"root"', '"b"'),
    );
    await expect(operationsOf(serviceOf(special, nested)).rename('A', 'B/A')).rejects.toMatchObject({
      code: 'FOLDER_EXISTS',
    });
  });
});

function operationsOf(service: EwsService): EwsFolderOperations {
  const folders = new EwsFolders(service, undefined);
  const reader = new EwsReader(service, folders);
  return new EwsFolderOperations(service, folders, reader, new EwsChanger(service, folders, reader));
}

describe('a refusal', () => {
  it.each([
    ['ErrorServerBusy', 'SERVER_REFUSED', /at the moment \(ErrorServerBusy\)$/],
    ['ErrorTooManyObjectsOpened', 'SERVER_REFUSED', /at the moment/],
    ['ErrorSendAsDenied', 'SEND_REFUSED', /did not accept the message for delivery/],
    ['ErrorParentFolderNotFound', 'FOLDER_NOT_FOUND', /no such folder/],
    ['ErrorDeleteDistinguishedFolder', 'SERVER_REFUSED', /Exchange needs this folder/],
    ['ErrorUnsupportedMimeConversion', 'SERVER_REFUSED', /cannot convert this item to a message/],
    ['ErrorInvalidChangeKey', 'CONFLICT', /Someone else changed/],
    ['constructor', 'SERVER_REFUSED', /refused the request \(constructor\)$/],
  ])('%s has its own message', (code, expected, message) => {
    expect(errorFor(code)).toMatchObject({
      code: expected,
      message: expect.stringMatching(message) as string,
    });
  });

  const E = 'http://schemas.microsoft.com/exchange/services/2006/errors';

  it.each<[string, object]>([
    // Exchange 2007: no prefix in the detail.
    [
      `<soap:Fault><faultcode>soap:Client</faultcode><faultstring>No.</faultstring><detail><ResponseCode xmlns="${E}">ErrorSchemaValidation</ResponseCode></detail></soap:Fault>`,
      { code: 'ErrorSchemaValidation' },
    ],
    // Exchange 2010 and later: the code twice, with a prefix.
    [
      `<s:Fault><faultcode xmlns:a="${TYPES}">a:ErrorServerBusy</faultcode><faultstring xml:lang="en-US">Busy.</faultstring><detail><e:ResponseCode xmlns:e="${E}">ErrorServerBusy</e:ResponseCode><t:MessageXml xmlns:t="${TYPES}"><t:Value Name="Policy">x</t:Value><t:Value Name="BackOffMilliseconds">1500</t:Value></t:MessageXml></detail></s:Fault>`,
      { code: 'ErrorServerBusy', backOff: 1500 },
    ],
    // Windows' own, before Exchange: no detail.
    [
      '<s:Fault><faultcode xmlns:a="urn:x">a:InternalServiceFault</faultcode><faultstring>&lt;ResponseCode&gt;No&lt;/ResponseCode&gt;</faultstring></s:Fault>',
      { code: 'InternalServiceFault' },
    ],
    ['<s:Fault>\r\n</s:Fault>', {}],
    ['<s:Body>no fault: ErrorServerBusy</s:Body>', {}],
  ])('is found in a fault of any form, %#', (body, expected) => {
    expect(soapFault(envelope(body))).toEqual(expected);
  });
});
