import type { LookupFunction } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { MailError, MailErrorCode } from '../../../mail/errors';
import { openClient } from '../../../mail/session/open-client';
import type { ServerSettings } from '../../../mail/net/server-settings';
import { startDovecot, type Dovecot } from '../../servers/dovecot';
import {
  startBye,
  startClosing,
  startMuteAtLogin,
  startRubbish,
  startSilent,
  type FaultyServer,
} from '../../servers/faulty';
import { freePorts } from '../../servers/ports';
import { settingsFor } from '../fixture';

const toLoopback: LookupFunction = (_, options, found) =>
  options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4);

const noDns: LookupFunction = (host, _, found) =>
  found(Object.assign(new Error(`getaddrinfo EAI_AGAIN ${host}`), { code: 'EAI_AGAIN' }), []);

const PASSWORD = 'canary-7d1f';

describe('a login that fails', () => {
  let dovecot: Dovecot;
  const faulty: Record<string, FaultyServer> = {};

  /** Only what waits for the timeout has a short one. All else is over long before it, also on a busy machine. */
  const failure = async (
    overrides: Partial<ServerSettings> & { password?: string },
    isLate = false,
  ): Promise<MailError> => {
    const started = Date.now();
    const timeouts = { connect: isLate ? 1000 : 20_000 };
    const settings = settingsFor(dovecot, { password: PASSWORD, timeouts, ...overrides });
    const error = await openClient(settings).then(
      async (client) => {
        await client.close();
        throw new Error('it logged in');
      },
      (reason: MailError) => reason,
    );
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(error.message + error.description + JSON.stringify(error)).not.toContain(PASSWORD);
    expect(error.description).toMatch(/\w+/);
    return error;
  };

  beforeAll(async () => {
    dovecot = await startDovecot();
    faulty.silent = await startSilent();
    faulty.mute = await startMuteAtLogin();
    faulty.rubbish = await startRubbish();
    faulty.closing = await startClosing();
    faulty.bye = await startBye();
  });
  afterAll(async () => {
    await Promise.all(Object.values(faulty).map(async (server) => await server.stop()));
    await dovecot?.stop();
  });

  it.each<[string, () => Partial<ServerSettings> | Promise<Partial<ServerSettings>>, MailErrorCode]>([
    ['wrong host', () => ({ host: 'no-such-host.invalid' }), 'HOST_NOT_FOUND'],
    ['wrong port', async () => ({ port: (await freePorts(1))[0] }), 'CONNECTION_REFUSED'],
    ['wrong password', () => ({}), 'AUTHENTICATION_FAILED'],
    ['untrusted certificate', () => ({ caCertificate: undefined }), 'CERTIFICATE_UNTRUSTED'],
    [
      'certificate of another host',
      () => ({ host: 'mail.example.test', outbound: { lookup: toLoopback, assertAllowed: async () => {} } }),
      'CERTIFICATE_UNTRUSTED',
    ],
    ['TLS on a cleartext port', () => ({ port: dovecot.ports.imap }), 'TLS_FAILED'],
    // A TLS server waits for the client to speak first, and so does an IMAP client for the server.
    ['cleartext on a TLS port', () => ({ security: 'none' }), 'CONNECT_TIMEOUT'],
    ['server that never answers', () => ({ port: faulty.silent!.port, security: 'none' }), 'CONNECT_TIMEOUT'],
    ['server that never answers TLS', () => ({ port: faulty.silent!.port }), 'CONNECT_TIMEOUT'],
    [
      'login that is never answered',
      () => ({ port: faulty.mute!.port, security: 'none' }),
      'CONNECT_TIMEOUT',
    ],
    [
      'server that talks rubbish',
      () => ({ port: faulty.rubbish!.port, security: 'none' }),
      'NOT_A_MAIL_SERVER',
    ],
    ['server that hangs up', () => ({ port: faulty.closing!.port, security: 'none' }), 'CONNECTION_LOST'],
    ['server that is full', () => ({ port: faulty.bye!.port, security: 'none' }), 'CONNECTION_LIMIT'],
    [
      'no STARTTLS where it is required',
      () => ({ port: faulty.mute!.port, security: 'starttls' }),
      'STARTTLS_UNAVAILABLE',
    ],
  ])('says what happened: %s', async (_, overrides, code) => {
    expect(await failure(await overrides(), code === 'CONNECT_TIMEOUT')).toMatchObject({ code });
  });

  // Of a known provider, the credential has no fields for its servers.
  it.each<[string, () => Partial<ServerSettings> | Promise<Partial<ServerSettings>>, MailErrorCode, RegExp]>([
    ['wrong host', () => ({ host: 'no-such-host.invalid' }), 'HOST_NOT_FOUND', /can reach the internet/],
    [
      'no DNS',
      () => ({ host: 'mail.example.test', outbound: { lookup: noDns, assertAllowed: async () => {} } }),
      'HOST_NOT_FOUND',
      /its DNS server/,
    ],
    [
      'closed port',
      async () => ({ port: (await freePorts(1))[0] }),
      'CONNECTION_REFUSED',
      /no firewall blocks/,
    ],
    [
      'server that never answers',
      () => ({ port: faulty.silent!.port, security: 'none' }),
      'CONNECT_TIMEOUT',
      /no firewall blocks.*"Connect Timeout/,
    ],
    [
      'server that hangs up',
      () => ({ port: faulty.closing!.port, security: 'none' }),
      'CONNECTION_LOST',
      /any firewall between/,
    ],
    ['untrusted certificate', () => ({ caCertificate: undefined }), 'CERTIFICATE_UNTRUSTED', /decrypts/],
    ['no TLS', () => ({ port: dovecot.ports.imap }), 'TLS_FAILED', /decrypts the connection/],
    [
      'no STARTTLS',
      () => ({ port: faulty.mute!.port, security: 'starttls' }),
      'STARTTLS_UNAVAILABLE',
      /answers instead/,
    ],
    [
      'web server',
      () => ({ port: faulty.rubbish!.port, security: 'none' }),
      'NOT_A_MAIL_SERVER',
      /answers instead/,
    ],
  ])('names no field that a known provider does not have: %s', async (_, overrides, code, fix) => {
    const error = await failure({ ...(await overrides()), isKnown: true }, code === 'CONNECT_TIMEOUT');
    expect(error).toMatchObject({ code, description: expect.stringMatching(fix) as string });
    expect(error.description).not.toMatch(/"IMAP |"CA Certificate"/);
  });

  it('logs in with STARTTLS, and accepts any certificate only where told to', async () => {
    const password = undefined;
    const ways: Array<Partial<ServerSettings>> = [
      { port: dovecot.ports.imap, security: 'starttls' },
      { caCertificate: undefined, ignoreCertificate: true },
    ];
    for (const way of ways) {
      const client = await openClient(settingsFor(dovecot, { ...way, password }));
      expect(client.usable).toBe(true);
      await client.close();
    }
  });
});
