import { describe, expect, it } from 'vitest';

import type { Authentication, ProviderId } from '../../../mail/account/providers';
import { authenticatorOf } from '../../../n8n/credential/build-authenticator';
import { readCredential } from '../../../n8n/credential/read-credential';

const USE = { account: 'ada@example.test', protocol: 'imap', trust: {} } as const;

const authenticator = (provider: ProviderId, authentication: Authentication, data: object) =>
  authenticatorOf(readCredential({ provider, authentication }, { name: 'Mail', data: { ...data } }), USE);

const passwordSent = async (provider: ProviderId, password: string) => {
  const login = await authenticator(provider, 'basic', { user: USE.account, password }).login();
  return 'pass' in login ? login.pass : undefined;
};

describe('an app password', () => {
  it.each<[ProviderId, string, string]>([
    ['gmail', 'abcd efgh ijkl mnop', 'abcdefghijklmnop'],
    ['yahoo', ' abcd efgh ijkl mnop\n', 'abcdefghijklmnop'],
    ['gmail', 'abcdefghijklmnop', 'abcdefghijklmnop'],
    // Not one of those that are shown in groups.
    ['gmail', 'my old password', 'my old password'],
    ['other', 'abcd efgh ijkl mnop', 'abcd efgh ijkl mnop'],
    ['exchange', ' abcdefghijklmnop ', ' abcdefghijklmnop '],
    ['msn', ' abcdefghijklmnop\n', 'abcdefghijklmnop'],
  ])('of %s, "%s", is sent as "%s"', async (provider, typed, sent) => {
    expect(await passwordSent(provider, typed)).toBe(sent);
  });

  it.each([
    ['gmail', '', /^Email Address: it is empty/, /^App Password: it is empty/],
    ['other', '', /^User: it is empty/, /^Password: it is empty/],
  ] as const)(
    'and its account are named as in the credential of %s',
    (provider, empty, account, password) => {
      const credential = readCredential(
        { provider, authentication: 'basic' },
        { name: 'Mail', data: { password: 'x' } },
      );
      expect(() => authenticatorOf(credential, { ...USE, account: empty })).toThrow(account);
      expect(() => authenticator(provider, 'basic', { user: USE.account, password: empty })).toThrow(
        password,
      );
    },
  );
});

it.each([
  ['clientCredentials', { tenant: 't', clientId: '' }, /^Client ID: it is empty/],
  ['clientCredentials', { tenant: ' ', clientId: 'c' }, /^Tenant: it is empty/],
  ['clientCredentials', { tenant: 't', clientId: 'c' }, /^Client Secret: it is empty/],
  [
    'clientCredentials',
    { tenant: 't', clientId: 'c', secretType: 'certificate' },
    /^Certificate: it is empty/,
  ],
  ['serviceAccount', { privateKey: 'k' }, /^Service Account Email: it is empty/],
  ['serviceAccount', { serviceAccountEmail: 'a@b.test', privateKey: 'secret' }, /^Private Key: /],
] as const)('%s with %j names the field', (authentication, credential, message) => {
  const make = () => authenticator('outlook', authentication, credential);
  expect(make).toThrow(message);
  expect(make).not.toThrow(/secret/);
});
