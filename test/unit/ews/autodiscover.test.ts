import { describe, expect, it } from 'vitest';

import { isCloud, isWithin, mailDomain } from '../../../mail/ews/autodiscover/address';
import { autodiscoverRequest, readReply } from '../../../mail/ews/autodiscover/pox-messages';
import { parseXml } from '../../../mail/ews/xml';
import { sessionSettings } from '../../../n8n/credential/build-settings';
import { readOptions } from '../../../n8n/credential/connect-options';
import { readCredential } from '../../../n8n/credential/read-credential';

const RESPONSE = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';
const OUTLOOK = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';

/** As Exchange lays it out: in lines, with a namespace on each of the two outer elements. */
const reply = (...content: string[]): string =>
  [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<Autodiscover xmlns="${RESPONSE}">`,
    `  <Response xmlns="${OUTLOOK}">`,
    ...content,
    '  </Response>',
    '</Autodiscover>',
  ].join('\r\n');

const protocol = (type: string, ...elements: string[]): string =>
  `<Protocol>\r\n<Type>${type}</Type>\r\n${elements.join('\r\n')}\r\n</Protocol>`;
const account = (...protocols: string[]): string =>
  `<Account>\r\n<AccountType>email</AccountType>\r\n<Action>settings</Action>\r\n${protocols.join('\r\n')}</Account>`;

describe('a reply of Autodiscover', () => {
  it.each<[string, string, string[]]>([
    [
      'Exchange 2007, which names EWS as a service of free and busy times',
      reply(
        '<User><DisplayName>Ada</DisplayName><LegacyDN>/o=Example/cn=ada</LegacyDN></User>',
        account(
          protocol(
            'EXCH',
            '<Server>mbx1</Server>',
            '<ASUrl>https://in.example.test/EWS/Exchange.asmx</ASUrl>',
          ),
          protocol(
            'EXPR',
            '<Server>out</Server>',
            '<ASUrl>https://out.example.test/ews/exchange.asmx</ASUrl>',
          ),
        ),
      ),
      ['https://out.example.test/ews/exchange.asmx', 'https://in.example.test/EWS/Exchange.asmx'],
    ],
    [
      'Exchange 2010, whose outer side has no address',
      reply(
        '<User><DisplayName>Ada &amp; B</DisplayName><AutoDiscoverSMTPAddress>ada@example.test</AutoDiscoverSMTPAddress></User>',
        account(
          protocol(
            'EXCH',
            '<Server>cas.example.test</Server><ServerVersion>738180DA</ServerVersion><MdbDN>/o=Example/cn=mdb</MdbDN>',
            '<ASUrl>https://cas.example.test/EWS/Exchange.asmx</ASUrl>',
            '<EwsUrl>https://cas.example.test/EWS/Exchange.asmx</EwsUrl>',
            '<EcpUrl>https://cas.example.test/ecp/</EcpUrl><EcpUrl-um>?p=x</EcpUrl-um>',
          ),
          protocol('EXPR', '<Server>mail.example.test</Server><SSL>On</SSL><AuthPackage>Ntlm</AuthPackage>'),
          protocol(
            'WEB',
            '<Internal><OWAUrl AuthenticationMethod="Basic">https://cas/owa/</OWAUrl></Internal>',
          ),
          '<AlternativeMailbox><Type>Archive</Type><Server>cas</Server></AlternativeMailbox>',
        ),
      ),
      ['https://cas.example.test/EWS/Exchange.asmx'],
    ],
    [
      'Exchange 2013, with a server by its id and two protocols of EXHTTP',
      reply(
        account(
          protocol(
            'EXCH',
            '<Server>11111111-2222-3333-4444-555555555555@example.test</Server><ServerVersion>73C18088</ServerVersion>',
            '<EwsUrl>https://in.example.test/EWS/Exchange.asmx</EwsUrl>',
          ),
          protocol(
            'EXPR',
            '<Server>mail.example.test</Server>',
            '<EwsUrl>https://mail.example.test/EWS/Exchange.asmx</EwsUrl>',
          ),
          protocol('EXHTTP', '<EwsUrl>https://in.example.test/ews/exchange.asmx</EwsUrl>'),
          protocol('EXHTTP', '<EwsUrl>https://mail.example.test/EWS/Exchange.asmx</EwsUrl>'),
        ),
      ),
      ['https://mail.example.test/EWS/Exchange.asmx', 'https://in.example.test/ews/exchange.asmx'],
    ],
    [
      'Exchange 2016 and 2019, with a protocol of MAPI over HTTP, and web addresses alone',
      `\uFEFF${reply(
        account(
          '<MicrosoftOnline>False</MicrosoftOnline><ConsumerMailbox>False</ConsumerMailbox>',
          '<Protocol Type="mapiHttp" Version="1"><MailStore><ExternalUrl>https://m/mapi/emsmdb/</ExternalUrl></MailStore></Protocol>',
          protocol(
            'WEB',
            '<Internal><Protocol><Type>EXCH</Type><ASUrl>https://in.example.test/EWS/Exchange.asmx</ASUrl></Protocol></Internal>',
            '<External><Protocol><Type>EXPR</Type><ASUrl> https://out.example.test/EWS/Exchange.asmx </ASUrl></Protocol></External>',
          ),
        ),
      )}`,
      ['https://out.example.test/EWS/Exchange.asmx', 'https://in.example.test/EWS/Exchange.asmx'],
    ],
    [
      'Exchange 2016, whose outer address comes again at the end',
      reply(
        account(
          protocol('EXCH', '<EwsUrl>https://in.example.test/EWS/Exchange.asmx</EwsUrl>'),
          protocol('EXPR', '<EwsUrl>https://out.example.test/EWS/Exchange.asmx</EwsUrl>'),
          protocol(
            'WEB',
            '<External><Protocol><Type>EXPR</Type><ASUrl>https://out.example.test/ews/exchange.asmx</ASUrl></Protocol></External>',
          ),
        ),
      ),
      ['https://out.example.test/EWS/Exchange.asmx', 'https://in.example.test/EWS/Exchange.asmx'],
    ],
    ['one for other mail alone', reply(account(protocol('IMAP', '<Server>imap.test</Server>'))), []],
  ])('gives the EWS URLs: %s', (_, xml, ewsUrls) => {
    expect(readReply(xml)).toEqual({ ewsUrls });
  });

  it('can redirect to another URL or address', () => {
    const to = (...content: string[]) => readReply(reply('<Account>', ...content, '</Account>'));
    const url = 'https://a.test/autodiscover/autodiscover.xml';
    expect(to('<Action>redirectUrl</Action>', `<RedirectUrl>${url}</RedirectUrl>`)).toEqual({
      redirectUrl: url,
    });
    expect(to(`<RedirectURL>\r\n${url}</RedirectURL>`)).toEqual({ redirectUrl: url });
    expect(to('<Action>redirectAddr</Action><RedirectAddr>ada@b.test</RedirectAddr>')).toEqual({
      redirectAddr: 'ada@b.test',
    });
  });

  it('can hold an error', () => {
    const error = `<Error Time="09:15:01.2345678" Id="123"><ErrorCode>500</ErrorCode><Message>The email address can't be found.</Message><DebugData /></Error>`;
    const expected = { error: "500 The email address can't be found." };
    // In the outer namespace from Exchange, and within the account as the documentation has it.
    expect(
      readReply(`<Autodiscover xmlns="${RESPONSE}"><Response>${error}</Response></Autodiscover>`),
    ).toEqual(expected);
    expect(readReply(reply(`<Account><Action>settings</Action>${error}</Account>`))).toEqual(expected);
    expect(readReply(reply('<Error/>'))).toEqual({ error: '' });
  });

  it.each(['', 'It works!', '<html><body/></html>', reply(), '<Autodiscover>', '<Response/>'])(
    'is not recognized in: %j',
    (text) => {
      expect(readReply(text)).toBeUndefined();
    },
  );
});

it('a request escapes the address', () => {
  const request = parseXml(autodiscoverRequest('a&b</EMailAddress>@example.test')).at('Autodiscover/Request');
  expect(request?.textAt('EMailAddress')).toBe('a&b</EMailAddress>@example.test');
  expect(request?.textAt('AcceptableResponseSchema')).toBe(OUTLOOK);
});

describe('an address', () => {
  it.each([
    ['ada@example.com', 'example.com'],
    ['Ada.B+c@Mail.Example.COM', 'mail.example.com'],
    ['ada@bücher.example', 'xn--bcher-kva.example'],
  ])('%s has the domain %s', (address, domain) => {
    expect(mailDomain(address)).toBe(domain);
  });

  it.each([
    '',
    'ada',
    'EXAMPLE\\ada',
    'EXAMPLE\\ada@example.com',
    'ada@localhost',
    'ada@com',
    'ada@10.0.0.1',
    'ada@[10.0.0.1]',
    'ada@0x7f.1',
    'a@b@example.com',
    'ada@example.com/x',
    'ada@example.com:8443',
    'ada@-a.example',
    'ada@a..example',
    `ada@${'a'.repeat(64)}.example`,
  ])('%s has no domain', (address) => {
    expect(mailDomain(address)).toBeUndefined();
  });

  it('belongs to a domain, or to Microsoft', () => {
    expect(isWithin('mail.example.com', 'example.com')).toBe(true);
    expect(isWithin('example.com', 'example.com')).toBe(true);
    expect(isWithin('badexample.com', 'example.com')).toBe(false);
    expect(isWithin('example.com.attacker.test', 'example.com')).toBe(false);
    expect(['outlook.office365.com', 'a.mail.onmicrosoft.com', 'outlook.com'].every(isCloud)).toBe(true);
    expect(['notoutlook.com', 'outlook.com.test', 'office.example'].some(isCloud)).toBe(false);
  });
});

describe('a credential without an address of EWS', () => {
  const cell = { provider: 'exchange', protocol: 'ews', authentication: 'basic' } as const;
  const location = (fields: Record<string, string>, options = {}) => {
    const data = { ewsUrl: ' ', password: 'secret', ...fields };
    const credential = readCredential(cell, { name: 'Exchange', data });
    const settings = sessionSettings(cell, credential, readOptions(options));
    return {
      address: settings.protocol === 'ews' ? settings.ews.address : undefined,
      host: settings.server.host,
    };
  };

  it('says where to search from its mailbox, or its user', () => {
    expect(location({ user: 'EXAMPLE\\ada', mailbox: 'ada@example.test' })).toEqual({
      address: 'ada@example.test',
      host: 'example.test',
    });
    expect(location({ user: 'ada@b.test', mailbox: '' })).toEqual({ address: 'ada@b.test', host: 'b.test' });
  });

  it('ignores an address that an item gives', () => {
    const { address } = location({ user: 'ada@example.test' }, { mailbox: 'info@attacker.test' });
    expect(address).toBe('ada@example.test');
  });

  it('is refused without any address', () => {
    for (const credential of [
      { user: 'ada', mailbox: '' },
      { user: 'EXAMPLE\\ada', mailbox: 'ada' },
    ]) {
      expect(() => location(credential)).toThrow('EWS URL: it is empty, and there is no email address');
    }
  });
});
