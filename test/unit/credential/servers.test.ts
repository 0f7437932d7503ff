import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { PROVIDERS, type ProviderId, type ProviderRow } from '../../../mail/account/providers';
import { mailServers } from '../../../n8n/credential/mail-servers';
import { readCredential } from '../../../n8n/credential/read-credential';
import { issueCertificate, issueClientCertificate } from '../../servers/authority';

const folder = mkdtempSync(join(tmpdir(), 'authority-'));
const authority = issueCertificate(folder);
const locked = issueClientCertificate(authority, 'locked', 'secret');
const { key: OTHER_KEY } = issueClientCertificate(authority, 'other');
const { certificate, key } = issueClientCertificate(authority, 'alice');
rmSync(folder, { recursive: true });
const PEM = certificate.trim();
const KEY = key.trim();
const LOCKED = { clientCertificate: locked.certificate, clientKey: locked.key };
const DAMAGED = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';

const mailServersOf = (provider: ProviderId, data: object) => {
  const cell = { provider, protocol: 'imap', authentication: 'basic' } as const;
  return mailServers(cell, readCredential(cell, { name: 'Mail', data: { ...data } }).hosting);
};

const servers = (provider: ProviderId, credential: object) => {
  const { server, submission, savesSentCopy } = mailServersOf(provider, credential);
  const place = (one: typeof server | undefined) => one && `${one.security} ${one.host}:${one.port}`;
  return { imap: place(server), smtp: place(submission), savesSentCopy };
};

describe('the servers of a credential', () => {
  // https://support.google.com/mail/answer/7126229, https://help.yahoo.com/kb/SLN4075.html,
  // https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/pop3-and-imap4/pop3-and-imap4
  it.each<[ProviderId, object, string, string]>([
    ['gmail', {}, 'tls imap.gmail.com:993', 'tls smtp.gmail.com:465'],
    ['yahoo', {}, 'tls imap.mail.yahoo.com:993', 'tls smtp.mail.yahoo.com:465'],
    ['msn', {}, 'tls outlook.office365.com:993', 'starttls smtp-mail.outlook.com:587'],
    ['outlook', {}, 'tls outlook.office365.com:993', 'starttls smtp.office365.com:587'],
    ['outlook', { cloud: 'usGov' }, 'tls outlook.office365.us:993', 'starttls smtp.office365.us:587'],
    ['outlook', { cloud: 'china' }, 'tls partner.outlook.cn:993', 'starttls smtp.partner.outlook.cn:587'],
  ])('of %s with %j are the provider’s own', (provider, credential, imap, smtp) => {
    expect(servers(provider, credential)).toMatchObject({ imap, smtp });
    // What is left in hidden fields from a time when the cloud was a custom one does not count.
    const leftOver = { host: 'elsewhere.test', port: 1, security: 'none', smtpHost: 'elsewhere.test' };
    expect(servers(provider, { ...leftOver, ...credential })).toMatchObject({ imap, smtp });
  });

  it.each(PROVIDERS.filter((row: ProviderRow) => row.protocols.includes('imap')).map(({ id }) => id))(
    'of %s can be custom ones',
    (provider) => {
      const own = { host: 'a.test', port: 993, security: 'tls', smtpHost: 'b.test', smtpPort: 587 };
      const credential = { ...own, smtpSecurity: 'starttls', cloud: 'custom' };
      expect(servers(provider, credential)).toEqual({
        imap: 'tls a.test:993',
        smtp: 'starttls b.test:587',
        savesSentCopy: undefined,
      });
      expect(servers(provider, { ...credential, smtpHost: ' ' }).smtp).toBeUndefined();
    },
  );

  it.each([
    ['imap', {}, /^IMAP Host: it is empty/],
    ['pop3', { host: 'imap.example.test', port: 993, security: 'tls' }, /^POP3 Host: it is empty/],
  ] as const)('for %s with %j are asked for by the name of the field', (protocol, credential, message) => {
    const cell = { provider: 'other', protocol, authentication: 'basic' } as const;
    const data = { user: 'ada@example.test', password: 'secret', ...credential };
    const { hosting } = readCredential(cell, { name: 'Mail', data });
    expect(() => mailServers(cell, hosting)).toThrow(message);
  });

  it('of an unknown cloud are refused', () => {
    expect(() => servers('outlook', { cloud: 'moon' })).toThrow(/^Cloud: "moon" is not known/);
  });

  it.each<[object, RegExp]>([
    [{ host: '' }, /^IMAP Host: it is empty/],
    [{ smtpHost: 'b.test', smtpPort: 0, smtpSecurity: 'tls' }, /^SMTP Port: 0 is not a port/],
    [{ smtpHost: 'smtp://b.test', smtpPort: 465, smtpSecurity: 'tls' }, /^SMTP Host: .*not a host name/],
    [{ smtpHost: 'b.test', smtpPort: 465, smtpSecurity: 'ssl' }, /^SMTP Security: "ssl"/],
    [{ clientCertificate: PEM }, /^Client Key: it is empty/],
    [{ clientKey: KEY }, /^Client Certificate: it is empty/],
    [{ clientCertificate: PEM, clientKey: 'secret' }, /^Client Key: it is not in PEM format/],
    [{ clientCertificate: PEM, clientKey: OTHER_KEY }, /^Client Key: it does not belong to/],
    [{ clientCertificate: DAMAGED, clientKey: KEY }, /^Client Certificate: it is damaged/],
    [
      { clientCertificate: PEM, clientKey: DAMAGED.replaceAll('CERTIFICATE', 'PRIVATE KEY') },
      /^Client Key: it is damaged/,
    ],
    [LOCKED, /^Client Key Passphrase: it is empty/],
    [{ ...LOCKED, clientKeyPassphrase: 'wrong-secret' }, /^Client Key Passphrase: it does not match/],
    [{ proxy: 'proxy.test:1080' }, /^Proxy: it is not the URL of a proxy/],
    [{ proxy: 'ftp://user:secret@proxy.test' }, /^Proxy: it is not the URL of a proxy/],
  ])('are refused with the name of the field, %#', (change, message) => {
    const credential = { host: 'a.test', port: 993, security: 'tls', ...change };
    expect(() => servers('other', credential)).toThrow(message);
    expect(() => servers('other', credential)).not.toThrow(/secret/);
  });

  it('are reached with the settings of the credential', () => {
    const credential = { host: 'a.test', port: 993, security: 'tls', smtpHost: 'b.test', smtpPort: 465 };
    const { server, submission } = mailServersOf('other', {
      ...credential,
      smtpSecurity: 'tls',
      caCertificate: PEM,
      clientCertificate: PEM,
      clientKey: KEY,
      proxy: 'socks5://u:p@proxy.test',
    });
    for (const one of [server, submission]) {
      expect(one).toMatchObject({
        caCertificate: PEM,
        ignoreCertificate: false,
        clientCertificate: { certificate: PEM, key: KEY },
        proxy: 'socks5://u:p@proxy.test',
      });
    }
  });
});

describe('sending through a custom server', () => {
  const own = { host: 'imap.example.test', port: 993, security: 'tls' };
  const smtp = { smtpHost: 'smtp.example.test', smtpPort: 25, smtpSecurity: 'starttls' };
  const submission = (fields: object) => mailServersOf('other', { ...own, ...smtp, ...fields }).submission;

  it('uses the login for reading and the default client name, unless told otherwise', () => {
    expect(submission({})).not.toHaveProperty('withoutLogin');
    expect(submission({ smtpAuthentication: 'same', smtpClientName: ' ' })).not.toHaveProperty('clientName');
    expect(submission({ smtpAuthentication: 'none', smtpClientName: ' n8n.example.com ' })).toMatchObject({
      withoutLogin: true,
      clientName: 'n8n.example.com',
    });
    expect(submission({ smtpClientName: '[192.0.2.7]' })).toMatchObject({ clientName: '[192.0.2.7]' });
  });

  it.each(['a b', 'x\r\nMAIL FROM:<eve@example.test>', 'name@host', '-'])(
    'refuses the client name %j',
    (smtpClientName) => {
      expect(() => submission({ smtpClientName })).toThrow(/^Client Name \(EHLO\): /);
    },
  );
});
