import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { MailError } from '../../../mail/errors';
import { issueCertificate, issueClientCertificate, type ServerCertificate } from '../../servers/authority';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import { freePorts } from '../../servers/ports';
import { startHttpProxy, startSocksProxy, type Proxy } from '../../servers/proxy';
import { waitFor } from '../../servers/wait';
import { ALICE, sessionOf, settingsFor } from '../fixture';

const PROXY_LOGIN = { user: 'me', password: 'canary-p@ss%' };

/** What a login over these settings ends with. */
async function outcome(
  dovecot: Dovecot,
  server: Parameters<typeof settingsFor>[1],
): Promise<MailError | 'open'> {
  const session = sessionOf(settingsFor(dovecot, server));
  const result = await session.open().then(
    () => 'open' as const,
    (error: MailError) => error,
  );
  await session.close();
  if (result !== 'open') expect(result.message + result.description).not.toMatch(/canary/);
  return result;
}

describe.each([
  ['a SOCKS 5 proxy', startSocksProxy],
  ['an HTTP proxy', startHttpProxy],
])('IMAP through %s', (_, startProxy) => {
  let dovecot: Dovecot;
  let proxy: Proxy;

  beforeAll(async () => {
    [dovecot, proxy] = await Promise.all([startDovecot(), startProxy({ login: PROXY_LOGIN })]);
  });
  afterEach(async () => await waitFor('the connections to end', () => proxy.open === 0, 2000));
  afterAll(async () => {
    await Promise.all([dovecot.stop(), proxy.stop()]);
  });

  it.each(['tls', 'starttls'] as const)('reaches the server by its name, over %s', async (security) => {
    const port = security === 'tls' ? dovecot.ports.imaps : dovecot.ports.imap;
    expect(await outcome(dovecot, { proxy: proxy.url, port, security })).toBe('open');
    expect(proxy.connections).toContain(`localhost:${port}`);
  });

  it('checks the certificate of the server, not of the proxy', async () => {
    expect(await outcome(dovecot, { proxy: proxy.url, caCertificate: undefined })).toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
    });
  });

  it('says that the proxy refused the login', async () => {
    const wrong = proxy.url.replace('me:', 'you:');
    expect(await outcome(dovecot, { proxy: wrong })).toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: expect.stringMatching(/^The proxy did not connect to localhost/) as string,
    });
  });

  it('says that the proxy is not there', async () => {
    const [port = 0] = await freePorts(1);
    const absent = proxy.url.replace(/\d+$/, String(port));
    expect(await outcome(dovecot, { proxy: absent })).toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: expect.stringMatching(/^The proxy/) as string,
    });
  });

  it('says that the proxy cannot reach the server', async () => {
    const [port = 0] = await freePorts(1);
    expect(await outcome(dovecot, { proxy: proxy.url, port })).toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: expect.stringMatching(/^The proxy did not connect to localhost/) as string,
    });
  });

  it('gives up on a proxy that says nothing', async () => {
    const started = Date.now();
    // Dovecot speaks IMAP at this port, so it is no proxy.
    const mute = proxy.url.replace(/\d+$/, String(dovecot.ports.imaps));
    const error = await outcome(dovecot, { proxy: mute, timeouts: { connect: 1500 } });
    expect(['CONNECT_TIMEOUT', 'CONNECTION_REFUSED', 'CONNECTION_LOST']).toContain((error as MailError).code);
    expect(Date.now() - started).toBeLessThan(4000);
  });
});

describe('a server that wants a client certificate', () => {
  const folders: string[] = [];
  let dovecot: Dovecot;
  let authority: ServerCertificate;
  const newAuthority = () => {
    const folder = mkdtempSync(join(tmpdir(), 'authority-'));
    folders.push(folder);
    return issueCertificate(folder);
  };

  beforeAll(async () => {
    authority = newAuthority();
    dovecot = await startDovecot({ clientCertificates: { ca: authority.ca } });
  });
  afterAll(async () => {
    await dovecot.stop();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it.each(['tls', 'starttls'] as const)('lets in clients that have one, over %s', async (security) => {
    const port = security === 'tls' ? dovecot.ports.imaps : dovecot.ports.imap;
    const clientCertificate = issueClientCertificate(authority, ALICE);
    expect(await outcome(dovecot, { port, security, clientCertificate })).toBe('open');
  });

  it('takes a key with a passphrase', async () => {
    const clientCertificate = issueClientCertificate(authority, ALICE, 'canary-right');
    const right = { ...clientCertificate, passphrase: 'canary-right' };
    expect(await outcome(dovecot, { clientCertificate: right })).toBe('open');
  });

  it('gives an error that says it wants one', async () => {
    const error = (await outcome(dovecot, {})) as MailError;
    expect(error.message + error.description).toMatch(/client certificate/i);
  });

  it('refuses the certificate of another authority', async () => {
    const clientCertificate = issueClientCertificate(newAuthority(), ALICE);
    expect(await outcome(dovecot, { clientCertificate })).toMatchObject({ name: 'MailError' });
  });
});
