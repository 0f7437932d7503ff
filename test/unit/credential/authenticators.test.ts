import { describe, expect, it } from 'vitest';

import type { ProviderId } from '../../../mail/account/providers';
import { AUTHENTICATORS } from '../../../n8n/credential/authenticators';

const passwordSent = async (provider: ProviderId, password: string) => {
  const mail = { name: 'Mail', mailbox: 'ada@example.test', trust: {} };
  const use = { provider, protocol: 'imap', credential: { password }, ...mail } as const;
  const login = await AUTHENTICATORS.basic(use).login();
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
  const provider = 'outlook';
  const mail = { name: 'Mail', mailbox: 'ada@example.test', trust: {} };
  const use = { provider, protocol: 'imap', credential, ...mail } as const;
  expect(() => AUTHENTICATORS[authentication](use)).toThrow(message);
  expect(() => AUTHENTICATORS[authentication](use)).not.toThrow(/secret/);
});
