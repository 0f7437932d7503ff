import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it, vi } from 'vitest';

import { googleServiceAccount, type ServiceAccountSettings } from '../../../mail/auth/google';

const loaded = vi.hoisted(() => ({ library: false }));
vi.mock('google-auth-library', () => {
  loaded.library = true;
  return {};
});

const rsaKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    ...{ type: 'pkcs8', format: 'pem' },
  }) as string;
const KEY = rsaKey();

const source = (change: Partial<ServiceAccountSettings> = {}) =>
  googleServiceAccount({
    credentialName: 'Workspace',
    email: 'robot@example.test',
    privateKey: KEY,
    subject: 'alice@example.test',
    scope: 'https://mail.google.com/',
    ...change,
  });

describe('a service account', () => {
  it.each([
    [{ privateKey: 'canary' }, /^Private Key: it contains no private key in PEM format$/],
    [{ privateKey: KEY.replace(/^(.*\n.*\n).*\n/, '$1') }, /^Private Key: it is damaged$/],
    [{ tokenUrl: 'http://localhost/token' }, /^Custom Access Token URL: it is not an https URL$/],
  ])('is refused with settings that cannot work', (change, message) => {
    expect(() => source(change)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect(() => source(change)).toThrow(message);
  });

  it.each<Partial<ServiceAccountSettings>>([
    { email: 'other@example.test' },
    { privateKey: rsaKey() },
    { subject: 'bob@example.test' },
    { scope: 'https://www.googleapis.com/auth/gmail.readonly' },
    { tokenUrl: 'https://login.example.test/token' },
    { trust: { caCertificate: 'another' } },
  ])('is a different source of tokens with %o', (change) => {
    expect(source(change).fingerprint).not.toBe(source().fingerprint);
  });

  it('is the same source under any credential name, and with any line breaks in its key', () => {
    const same = source({ credentialName: 'Renamed', privateKey: JSON.stringify(KEY) });
    expect(same.fingerprint).toBe(source().fingerprint);
  });

  it('loads the large library for its first token only', async () => {
    const lazy = source();
    expect(loaded.library).toBe(false);
    await expect(lazy.fetch(AbortSignal.timeout(1000))).rejects.toThrow();
    expect(loaded.library).toBe(true);
  });
});
