import { BasicAuthenticator } from '../../../mail/auth/basic';
import { openClient } from '../../../mail/session/open-client';
import type { ServerSettings } from '../../../mail/net/server-settings';
import type { SessionSettings, Timeouts } from '../../../mail/account/session-settings';
import type { MailLab } from '../../contract/lab';
import { PASSWORD, type MailServer, type User } from '../../servers/debian/mail-server';

/** Some of these servers wait seconds before they refuse a login. */
export const TIMEOUTS = { connect: 8000, command: 10_000, idle: 60_000 };

/** Settings for a user of the server, over TLS unless told otherwise. */
export function settingsOf(
  { host, ports, ca, login }: MailServer,
  protocol: 'imap' | 'pop3',
  user: User,
  server: Partial<ServerSettings> = {},
  timeouts: Partial<Timeouts> = {},
): SessionSettings {
  const port = protocol === 'imap' ? ports.imaps : ports.pop3s;
  return {
    ...{ provider: 'other', protocol, authentication: 'basic' },
    timeouts: { ...TIMEOUTS, ...timeouts },
    server: { host, port, security: 'tls', caCertificate: ca, ...server },
    authenticator: new BasicAuthenticator(login(user), PASSWORD),
  } as SessionSettings;
}

/** One user's mailbox, for the contract. The server belongs to the test file, which stops it. */
export function mailboxOf(server: MailServer, protocol: 'imap' | 'pop3', user: User): MailLab {
  return {
    inbox: 'INBOX',
    prefix: server.prefix,
    open: async () => await openClient(settingsOf(server, protocol, user)),
    deliver: async (folder, messages) => await server.deliver(user, folder, messages),
    stop: async () => await Promise.resolve(),
  };
}
