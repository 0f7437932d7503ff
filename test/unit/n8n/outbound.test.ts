import dns from 'node:dns';
import type { LookupFunction } from 'node:net';

import type { IExecuteFunctions } from 'n8n-workflow';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { assertAllowed } from '../../../mail/net/outbound-policy';
import { assertTestAllowed, outboundPolicy } from '../../../n8n/outbound';

const notFound = () =>
  Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });

/** As n8n gives it to a node: its verdict about a URL, and its resolver, which also says no by an error. */
function policy(validateUrl: (url: string) => Promise<{ ok: boolean }>, lookup: LookupFunction = dns.lookup) {
  const filter = { validateUrl, createSecureLookup: () => lookup };
  return outboundPolicy({ helpers: { getSecureEgressFilter: () => filter } } as unknown as IExecuteFunctions);
}
const resolve = async (lookup: LookupFunction) =>
  await new Promise((done) => lookup('mail.test', { all: true }, (error, found) => done(error ?? found)));

describe('the outbound policy', () => {
  it('is asked about the server and about the proxy before it', async () => {
    const asked: string[] = [];
    const outbound = policy(
      async (url) => ({ ok: asked.push(url) > 0 }),
      (_, __, found) => found(null, []),
    );
    await assertAllowed({ host: '::1', port: 993, proxy: 'socks5://user:secret@proxy.test:1080', outbound });
    expect(asked).toEqual(['https://[::1]:993', 'https://proxy.test:1080']);
  });

  it('says that a name was not found when n8n could not look it up', async () => {
    const outbound = policy(
      async () => await Promise.reject(notFound()),
      (_, __, found) => found(null, []),
    );
    await expect(assertAllowed({ host: 'mail.test', port: 993, outbound })).rejects.toMatchObject({
      code: 'HOST_NOT_FOUND',
      message: 'The server name mail.test could not be looked up',
    });
  });

  it('says when a name turns out to lead to a forbidden address only on connecting', async () => {
    const refusing = policy(
      async () => ({ ok: true }),
      (_, __, found) => found(new Error('restricted'), []),
    );
    expect(await resolve(refusing!.lookup)).toMatchObject({
      code: 'OUTBOUND_BLOCKED',
      message: 'This n8n does not allow connections to mail.test',
    });
    const unknown = notFound();
    const failing = policy(
      async () => ({ ok: true }),
      (_, __, found) => found(unknown, []),
    );
    expect(await resolve(failing!.lookup)).toBe(unknown);
    const addresses = [{ address: '192.0.2.1', family: 4 }];
    const finding = policy(
      async () => ({ ok: true }),
      (_, __, found) => found(null, addresses),
    );
    expect(await resolve(finding!.lookup)).toEqual(addresses);
  });
});

it('does not exist when the instance has no rules', () => {
  expect(policy(async () => ({ ok: true }))).toBeUndefined();
});

describe('a credential test, which has no policy to ask', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ['N8N_SSRF_PROTECTION_ENABLED', 'true'],
    ['N8N_SSRF_PROTECTION_ENABLED', '1'],
    // n8n reads any of its variables from a file as well.
    ['N8N_SSRF_PROTECTION_ENABLED_FILE', '/run/secrets/ssrf'],
  ])('connects nowhere with %s=%s', (name, value) => {
    vi.stubEnv(name, value);
    expect(assertTestAllowed).toThrow(/limits outbound connections/);
  });

  it('connects when the instance has no rules', () => {
    vi.stubEnv('N8N_SSRF_PROTECTION_ENABLED', 'false');
    expect(assertTestAllowed).not.toThrow();
  });
});
