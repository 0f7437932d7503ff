import { NodeHelpers, type ICredentialType, type INodeProperties } from 'n8n-workflow';
import { describe, expect, it, test } from 'vitest';

import { EmailExchangeNtlmApi } from '../../../credentials/EmailExchangeNtlmApi.credentials';
import { EmailGmailAppPasswordApi } from '../../../credentials/EmailGmailAppPasswordApi.credentials';
import { EmailServerBasicApi } from '../../../credentials/EmailServerBasicApi.credentials';
import { credentialTypes, loadCredential } from '../../../scripts/docs/generate';

type Values = NonNullable<Parameters<typeof NodeHelpers.getNodeParameters>[1]>;

/** What the editor makes of a saved credential when it opens it (n8n's CredentialEdit). */
const opened = ({ properties }: ICredentialType, saved: Values): Values => {
  const presets = properties.map(({ name, default: preset }) => [name, preset] as const).reverse();
  return { ...(Object.fromEntries(presets) as Values), ...saved };
};

/** The fields that the editor shows. */
const shownIn = (credential: ICredentialType, values: Values): INodeProperties[] =>
  credential.properties.filter((field) => NodeHelpers.displayParameter(values, field, null, null));

const namesIn = (credential: ICredentialType, values: Values) =>
  shownIn(credential, values).map(({ displayName }) => displayName);

/** What the editor saves. */
const saved = ({ properties }: ICredentialType, values: Values) =>
  NodeHelpers.getNodeParameters(properties, values, false, false, null, null);

/** What a node gets from n8n. */
const given = ({ properties }: ICredentialType, values: Values) =>
  NodeHelpers.getNodeParameters(properties, values, true, false, null, null);

const server = new EmailServerBasicApi();

/** Saved before there were switches. Only what differs from the defaults is saved. */
const OLD = {
  ...{ user: 'ada', password: 'secret', host: 'imap.example.test' },
  ...{ popHost: 'pop.example.test', popPort: 1995, popSecurity: 'none' },
  ...{ smtpHost: 'smtp.example.test', smtpAuthentication: 'none', smtpClientName: 'n8n.example.test' },
  ...{ caCertificate: 'a certificate', ignoreCertificate: true, proxy: 'socks5://proxy.example.test' },
};

test('a new credential asks for the login and the IMAP server, and has the rest behind switches', () => {
  expect(namesIn(server, opened(server, {}))).toEqual([
    ...['User', 'Password', 'IMAP Host', 'IMAP Port', 'IMAP Security'],
    ...['Use POP3', 'Send Mail (SMTP)', 'Certificates and Proxy'],
  ]);
});

test.each([
  ['usePop3', ['POP3 Host', 'POP3 Port', 'POP3 Security']],
  ['useSmtp', ['SMTP Host', 'SMTP Port', 'SMTP Security', 'SMTP Authentication', 'Client Name (EHLO)']],
  [
    'useNetwork',
    [
      ...['CA Certificate', 'Ignore Certificate'],
      ...['Client Certificate', 'Client Key', 'Client Key Passphrase', 'Proxy'],
    ],
  ],
])('the switch %s shows its fields', (name, fields) => {
  const before = namesIn(server, opened(server, {}));
  const after = namesIn(server, opened(server, { [name]: true }));
  expect(after.filter((field) => !before.includes(field))).toEqual(fields);
  expect(new Set(after).size).toBe(after.length);
});

describe('a credential that was saved before there were switches', () => {
  it('gives a node all that is filled in', () => {
    expect(given(server, OLD)).toMatchObject({ ...OLD, port: 993, smtpPort: 465, smtpSecurity: 'tls' });
  });

  it('shows all that is filled in, once, and keeps it when it is saved again', () => {
    const values = opened(server, OLD);
    const names = namesIn(server, values);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(['POP3 Port', 'SMTP Security', 'CA Certificate', 'Ignore Certificate', 'Proxy']),
    );
    expect(names).not.toContain('Client Key');
    expect(saved(server, { ...values, password: 'another' })).toEqual({ ...OLD, password: 'another' });
  });

  it('loses what a person empties, and only that', () => {
    const values = { ...opened(server, OLD), popHost: '' };
    const rest = Object.fromEntries(Object.entries(OLD).filter(([name]) => !name.startsWith('pop')));
    expect(saved(server, values)).toEqual(rest);
    expect(given(server, saved(server, values) ?? {})).not.toHaveProperty('popHost');
  });
});

test('what is filled in is shown and kept, whatever the switch says', () => {
  const values = { ...opened(server, OLD), usePop3: true };
  expect(namesIn(server, values)).toEqual(namesIn(server, { ...values, usePop3: false }));
  expect(saved(server, { ...values, usePop3: false })).toEqual(OLD);
});

test('what is filled in behind a switch is saved with it', () => {
  const values = { ...opened(server, {}), useSmtp: true, smtpHost: 'smtp.example.test', smtpPort: 587 };
  const kept = { useSmtp: true, smtpHost: 'smtp.example.test', smtpPort: 587 };
  expect(saved(server, values)).toEqual(kept);
  expect(given(server, kept)).toMatchObject({ ...kept, smtpSecurity: 'tls' });
});

test('a provider whose servers are known asks for them only with the cloud Custom', () => {
  const gmail = new EmailGmailAppPasswordApi();
  expect(namesIn(gmail, opened(gmail, {}))).toEqual(['Email Address', 'App Password', 'Cloud']);
  const custom = { ...OLD, cloud: 'custom' };
  expect(given(gmail, custom)).toMatchObject(custom);
  expect(namesIn(gmail, opened(gmail, { cloud: 'custom' }))).toEqual([
    ...['Email Address', 'App Password', 'Cloud', 'IMAP Host', 'IMAP Port', 'IMAP Security'],
    ...['POP3 Host', 'POP3 Port', 'POP3 Security'],
    ...['SMTP Host', 'SMTP Port', 'SMTP Security', 'SMTP Authentication', 'Client Name (EHLO)'],
    ...['CA Certificate', 'Ignore Certificate'],
    ...['Client Certificate', 'Client Key', 'Client Key Passphrase', 'Proxy'],
  ]);
});

test('a credential that extends another has each field once: of several, n8n keeps only the last', async () => {
  const all = await Promise.all(credentialTypes.map(loadCredential));
  const extending = all.filter((one) => one.extends !== undefined);
  expect(extending.length).toBeGreaterThan(4);
  for (const { name, properties } of extending) {
    const names = properties.map((field) => field.name);
    expect(new Set(names).size, name).toBe(names.length);
  }
});

test('an Exchange Server asks for the login first, and keeps the certificate of an older credential', () => {
  const exchange = new EmailExchangeNtlmApi();
  expect(namesIn(exchange, opened(exchange, {}))).toEqual([
    ...['User', 'Password', 'Domain', 'Email Address', 'EWS URL', 'Certificates'],
  ]);
  const old = { user: 'ada', password: 'secret', caCertificate: 'a certificate' };
  expect(given(exchange, old)).toMatchObject(old);
  expect(saved(exchange, opened(exchange, old))).toEqual(old);
});
