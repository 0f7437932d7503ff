import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { BasicAuthenticator } from '../../../mail/auth/basic';
import { toLoginError } from '../../../mail/imap/errors';
import { assertServerSettings, type ServerSettings } from '../../../mail/net/server-settings';
import { settingsFingerprint, type MailServerSessionSettings } from '../../../mail/account/session-settings';

const SERVER: ServerSettings = { host: 'imap.example.test', port: 993, security: 'tls' };
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const PASSWORD = 'canary-5e1d';

const settings = (
  server: Partial<ServerSettings> = {},
  user = 'ada',
  password = PASSWORD,
): MailServerSessionSettings => ({
  provider: 'other',
  protocol: 'imap',
  authentication: 'basic',
  server: { ...SERVER, ...server },
  authenticator: new BasicAuthenticator(user, password),
  timeouts: { connect: 1, command: 1, idle: 1 },
});

describe('assertServerSettings', () => {
  it.each<[Partial<ServerSettings>, RegExp]>([
    [{ host: ' ' }, /^Host: it is empty/],
    [{ host: 'imaps://x' }, /^Host: .*is not a host name/],
    [{ host: 'x/y' }, /^Host: /],
    [{ host: 'ada@x' }, /^Host: /],
    [{ host: 'a b' }, /^Host: /],
    [{ host: 'x\r\ny' }, /^Host: /],
    [{ port: 0 }, /^Port: 0 is not a port/],
    [{ port: 65536 }, /^Port: /],
    [{ port: 1.5 }, /^Port: /],
    [{ port: NaN }, /^Port: /],
    [{ security: 'ssl' as never }, /^Security: "ssl" is not known/],
    [{ caCertificate: 'MIIB' }, /^CA Certificate: /],
  ])('refuses %j', (change, message) => {
    expect(() => assertServerSettings({ ...SERVER, ...change })).toThrow(message);
  });

  it('accepts pasted values with blanks around them', () => {
    const pasted = { ...SERVER, host: ' imap.example.test\n', caCertificate: `\n${PEM}\n` };
    expect(assertServerSettings(pasted)).toEqual({ ...SERVER, caCertificate: PEM });
  });

  it.each(['localhost', '127.0.0.1', '::1', 'xn--bcher-kva.example', 'mail_server'])(
    'accepts the host %s',
    (host) => {
      expect(assertServerSettings({ ...SERVER, host }).host).toBe(host);
    },
  );
});

describe('the fingerprint of settings', () => {
  const same = settingsFingerprint(settings());

  it('is the same for the same login, whatever the timeouts', () => {
    const patient = { ...settings(), timeouts: { connect: 9, command: 9, idle: 9 } };
    expect(settingsFingerprint(patient)).toBe(same);
  });

  it.each<[string, MailServerSessionSettings]>([
    ['host', settings({ host: 'other' })],
    ['port', settings({ port: 143 })],
    ['security', settings({ security: 'starttls' })],
    ['authority', settings({ caCertificate: PEM })],
    ['trust', settings({ ignoreCertificate: true })],
    ['user', settings({}, 'bob')],
    ['password', settings({}, 'ada', 'other')],
  ])('differs with another %s', (_, other) => {
    expect(settingsFingerprint(other)).not.toBe(same);
  });
});

describe('the password', () => {
  it.each(['', 'a\r\nb', 'a\0b'])('is refused when it cannot be sent: %j', (password) => {
    expect(() => new BasicAuthenticator('ada', password)).toThrow(/^Password: /);
  });

  it('does not appear when the settings are printed', async () => {
    const text = `${inspect(settings(), { depth: Infinity, showHidden: true })} ${JSON.stringify(settings())}`;
    expect(text).toContain('ada');
    expect(text).not.toContain(PASSWORD);
    expect(await settings().authenticator.login()).toEqual({ user: 'ada', pass: PASSWORD });
  });

  // Lengths around the point where a long answer is cut.
  it.each([0, 10, 280, 292, 295, 299, 305])(
    'is removed from an answer that repeats it after %i characters',
    (at) => {
      const responseText = `${'x'.repeat(at)} ${PASSWORD} is wrong`;
      const refused = Object.assign(new Error('x'), { authenticationFailed: true, responseText });
      const error = toLoginError(refused, settings(), [PASSWORD]);
      expect(error.code).toBe('AUTHENTICATION_FAILED');
      expect(error.message).not.toMatch(/can/);
    },
  );

  it.each(['two  blanks', 'tab\tin it', ' blanks around '])(
    'is removed together with its blanks: %j',
    (password) => {
      const refused = Object.assign(new Error('x'), {
        authenticationFailed: true,
        responseText: `${password} is wrong`,
      });
      const { message } = toLoginError(refused, settings(), [password]);
      expect(message.replace(/\s+/g, '')).not.toContain(password.replace(/\s+/g, ''));
    },
  );
});
