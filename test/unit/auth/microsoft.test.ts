import { generateKeyPairSync } from 'node:crypto';

import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { microsoftClientCredentials, type ClientCredentialsSettings } from '../../../mail/auth/microsoft';
import { appCertificate, type AppCertificate } from '../../servers/identity/keys';

const loaded = vi.hoisted(() => ({ msal: false }));
vi.mock('@azure/msal-node', () => {
  loaded.msal = true;
  return {};
});

const DAY = 86_400_000;

let own: AppCertificate;
let other: AppCertificate;
beforeAll(async () => {
  [own, other] = await Promise.all([appCertificate(), appCertificate()]);
});
afterEach(() => void vi.useRealTimers());

const source = (change: Partial<ClientCredentialsSettings> = {}) =>
  microsoftClientCredentials({
    credentialName: 'Office',
    clientId: '5ec2e7a0-0000-4000-8000-000000000001',
    authority: 'https://login.microsoftonline.com/example.test',
    scope: 'https://outlook.office365.com/.default',
    secret: own,
    ...change,
  });

/** The message, or nothing where the settings are taken. */
function refusal(change: Partial<ClientCredentialsSettings>): string {
  try {
    source(change);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ name: 'MailError', code: 'INVALID_INPUT' });
    return (error as Error).message;
  }
}

const encrypted = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary' },
  }) as string;
const elliptic = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const short = () =>
  generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

describe('a certificate for client credentials', () => {
  it.each<[string, () => Partial<AppCertificate>, RegExp]>([
    [
      'no certificate',
      () => ({ certificate: 'MIIB' }),
      /^Certificate: it contains no certificate in PEM format$/,
    ],
    ['a key for one', () => ({ certificate: own.privateKey }), /^Certificate: it contains no certificate/],
    ['half of one', () => ({ certificate: cut(own.certificate) }), /^Certificate: it is damaged$/],
    ['no key', () => ({ privateKey: own.certificate }), /^Private Key: it contains no private key in PEM/],
    ['half of the key', () => ({ privateKey: cut(own.privateKey) }), /^Private Key: it is damaged$/],
    [
      "another's key",
      () => ({ privateKey: other.privateKey }),
      /^Private Key: it does not belong to the cert/,
    ],
    ['a key with a passphrase', () => ({ privateKey: encrypted() }), /^Private Key: .*by a passphrase$/],
    [
      'an elliptic key',
      () => ({ privateKey: String(elliptic()) }),
      /^Private Key: it is not an RSA key of 2048/,
    ],
    ['a short key', () => ({ privateKey: String(short()) }), /^Private Key: it is not an RSA key of 2048/],
  ])('is refused as %s', (_, change, message) => {
    expect(refusal({ secret: { ...own, ...change() } })).toMatch(message);
  });

  it('is refused when it has expired, or is not valid yet', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * DAY });
    expect(refusal({ secret: own })).toMatch(/^Certificate: it expired on \w{3} .* GMT$/);
    vi.setSystemTime(Date.now() - 33 * DAY);
    expect(refusal({ secret: own })).toMatch(/^Certificate: it is not valid before \w{3} .* GMT$/);
  });

  it('is accepted with any line breaks that a form leaves in it, and before a chain', () => {
    const folded = {
      certificate: own.certificate.replaceAll('\n', ' '),
      privateKey: ` ${own.privateKey}\n\n`,
    };
    expect(refusal({ secret: folded })).toBe('');
    expect(refusal({ secret: { ...own, certificate: own.certificate + other.certificate } })).toBe('');
  });
});

/** Without some lines of its middle. */
const cut = (pem: string): string => {
  const lines = pem.split('\n');
  return [...lines.slice(0, 4), ...lines.slice(8)].join('\n');
};

describe('the authority', () => {
  it.each([
    [
      { authority: 'http://login.example.test', customAuthority: true },
      /^Custom Authority: it is not an https/,
    ],
    [{ authority: 'login.example.test', customAuthority: true }, /^Custom Authority: it is not a URL$/],
    [
      { authority: 'https://user:canary@login.example.test', customAuthority: true },
      /^Custom Authority: it contains a user or a password$/,
    ],
    [{ authority: 'https://login.microsoftonline.com/common' }, /^Tenant: "common" is not one directory$/],
    [{ authority: 'https://login.microsoftonline.com/Organizations' }, /^Tenant: "Organizations" is not one/],
  ])('is refused as %j', (change, message) => {
    expect(refusal(change)).toMatch(message);
  });

  it('may have a path of that name in another cloud', () => {
    expect(refusal({ authority: 'https://login.example.test/common', customAuthority: true })).toBe('');
  });
});

describe('a source of tokens', () => {
  const secret = (clientSecret: string) => ({ secret: { clientSecret } });

  it.each<[string, Partial<ClientCredentialsSettings>]>([
    ['secret', secret('other')],
    ['client', { ...secret('own'), clientId: 'other' }],
    ['tenant', { ...secret('own'), authority: 'https://login.microsoftonline.com/other' }],
    ['scope', { ...secret('own'), scope: 'https://graph.microsoft.com/.default' }],
    ['trust', { ...secret('own'), trust: { ignoreCertificate: true } }],
  ])('is a different one with another %s', (_, change) => {
    expect(source(change).fingerprint).not.toBe(source(secret('own')).fingerprint);
  });

  it('is the same one under any credential name', () => {
    const renamed = { ...secret('own'), credentialName: 'Renamed' };
    expect(source(renamed).fingerprint).toBe(source(secret('own')).fingerprint);
  });

  it('loads the large library for its first token only', async () => {
    const lazy = source();
    expect(loaded.msal).toBe(false);
    await expect(lazy.fetch(AbortSignal.timeout(1000))).rejects.toThrow();
    expect(loaded.msal).toBe(true);
  });
});
