import {
  providerRow,
  type Endpoint,
  type MailServerProtocol,
  type ProviderId,
} from '../../mail/account/providers';
import type { MailServerSessionSettings } from '../../mail/account/session-settings';
import type { OutboundPolicy } from '../../mail/net/outbound-policy';
import { assertServerSettings, type ServerSettings } from '../../mail/net/server-settings';
import type { CustomHosting, Hosting } from './typed-credential';

type MailServers = Pick<MailServerSessionSettings, 'server' | 'submission' | 'savesSentCopy'>;

/**
 * The servers that mail is read from and sent through over IMAP, POP3 and SMTP.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function mailServers(
  { provider, protocol }: { provider: ProviderId; protocol: MailServerProtocol },
  hosting: Hosting,
  outbound?: OutboundPolicy,
): MailServers {
  if (hosting.at === 'custom') return customServers(protocol, hosting, outbound);
  const row = providerRow(provider);
  if (!row?.endpoints) throw new TypeError(`Nobody knows the mail servers of ${provider}`);
  const { host, smtpHost } = hostsOf(protocol, hosting, row.endpoints);
  return {
    server: { ...row.endpoints[protocol], host, outbound },
    submission: { ...row.endpoints.submission, host: smtpHost, outbound },
    savesSentCopy: row.savesSentCopy,
  };
}

function hostsOf(
  protocol: MailServerProtocol,
  hosting: Hosting,
  endpoints: Readonly<Record<MailServerProtocol | 'submission', Endpoint>>,
): { host: string; smtpHost: string } {
  if (hosting.at !== 'microsoft')
    return { host: endpoints[protocol].host, smtpHost: endpoints.submission.host };
  const { imapHost, popHost, smtpHost } = hosting.cloud;
  return { host: { imap: imapHost, pop3: popHost }[protocol], smtpHost };
}

/** What the names of a server's fields begin with, as the credential shows them. */
const PREFIXES = { imap: '', pop3: 'POP3 ', submission: 'SMTP ' } as const;

function customServers(
  protocol: MailServerProtocol,
  { servers, network }: CustomHosting,
  outbound?: OutboundPolicy,
): MailServers {
  const serverAt = (place: keyof typeof servers): ServerSettings =>
    assertServerSettings({ ...servers[place], ...network, outbound }, PREFIXES[place]);
  const sends = servers.submission.host.trim() !== '';
  return { server: serverAt(protocol), submission: sends ? serverAt('submission') : undefined };
}
