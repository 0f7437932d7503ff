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

const PASSWORD = 'canary-7d1f';

describe('a login that fails', () => {
  let dovecot: Dovecot;
  const faulty: Record<string, FaultyServer> = {};

  const failure = async (overrides: Partial<ServerSettings> & { password?: string }): Promise<MailError> => {
    const started = Date.now();
    const settings = settingsFor(dovecot, { password: PASSWORD, timeouts: { connect: 1000 }, ...overrides });
    const error = await openClient(settings).then(
      async (client) => {
        await client.close();
        throw new Error('it logged in');
      },
      (reason: MailError) => reason,
    );
    expect(Date.now() - started).toBeLessThan(2500);
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
    expect(await failure(await overrides())).toMatchObject({ code });
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
