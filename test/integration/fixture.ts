import { BasicAuthenticator } from '../../mail/auth/basic';
import { openClient } from '../../mail/session/open-client';
import { ConnectionLimit } from '../../mail/async/connection-limit';
import { Session } from '../../mail/session/session';
import type { ServerSettings } from '../../mail/net/server-settings';
import type {
  MailServerSessionSettings,
  SessionSettings,
  Timeouts,
} from '../../mail/account/session-settings';
import type { Dovecot } from '../servers/dovecot';

export const ALICE = 'alice@example.test';
export const BOB = 'bob@example.test';

export const TIMEOUTS: Timeouts = { connect: 10_000, command: 2000, idle: 60_000 };

/** Settings for Dovecot over TLS with its private authority, unless told otherwise. */
export function settingsFor(
  dovecot: Dovecot,
  { user = ALICE, password, timeouts, ...server }: Overrides = {},
): MailServerSessionSettings {
  return {
    provider: 'other',
    protocol: 'imap',
    authentication: 'basic',
    server: {
      host: dovecot.host,
      port: dovecot.ports.imaps,
      security: 'tls',
      caCertificate: dovecot.ca,
      ...server,
    },
    authenticator: new BasicAuthenticator(user, password ?? dovecot.users[user] ?? ''),
    timeouts: { ...TIMEOUTS, ...timeouts },
  };
}

interface Overrides extends Partial<ServerSettings> {
  user?: string;
  password?: string;
  timeouts?: Partial<Timeouts>;
}

export const sessionOf = (settings: SessionSettings, limit = new ConnectionLimit()): Session =>
  new Session('Default', settings, openClient, limit);
