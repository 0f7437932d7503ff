import { providerRow, type MailServerProtocol, type ProviderId } from '../../mail/account/providers';
import type { MailServerSessionSettings, SubmissionServer } from '../../mail/account/session-settings';
import { invalidInput } from '../../mail/errors';
import type { OutboundPolicy } from '../../mail/net/outbound-policy';
import { assertServerSettings, type ServerSettings } from '../../mail/net/server-settings';
import type { CustomHosting, Hosting } from './typed-credential';

type MailServers = Pick<MailServerSessionSettings, 'server' | 'submission' | 'savesSentCopy'>;

/**
 * The servers for reading mail over IMAP or POP3, and for sending it over SMTP.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function mailServers(
  { provider, protocol }: { provider: ProviderId; protocol: MailServerProtocol },
  hosting: Hosting,
  outbound?: OutboundPolicy,
): MailServers {
  if (hosting.at === 'custom') return customServers(protocol, hosting, outbound);
  const { [protocol]: endpoint, submission } = hosting.at === 'exchange' ? {} : hosting.endpoints;
  if (!endpoint) throw new TypeError(`Nobody knows the ${protocol} server of ${provider}`);
  return {
    server: { ...endpoint, outbound, isKnown: true },
    submission: submission && { ...submission, outbound, isKnown: true },
    savesSentCopy: providerRow(provider)?.savesSentCopy,
  };
}

/** What the names of a server's fields begin with, as the credential shows them. */
const PREFIXES = { imap: 'IMAP ', pop3: 'POP3 ', submission: 'SMTP ' } as const;

function customServers(
  protocol: MailServerProtocol,
  { servers, network, sending }: CustomHosting,
  outbound?: OutboundPolicy,
): MailServers {
  const serverAt = (place: keyof typeof servers): ServerSettings =>
    assertServerSettings({ ...servers[place], ...network, outbound }, PREFIXES[place]);
  const sends = servers.submission.host.trim() !== '';
  if (protocol === 'pop3' && !servers.pop3.host.trim()) {
    throw invalidInput(
      'POP3 Host',
      'it is empty, so this session cannot read by POP3',
      'Fill in "POP3 Host" in the credential (switch on "Use POP3" to see it), or set "Protocol" to "IMAP".',
    );
  }
  return {
    server: serverAt(protocol),
    submission: sends ? { ...serverAt('submission'), ...checkedSending(sending) } : undefined,
  };
}

/** A DNS name or an address literal, as EHLO allows (RFC 5321 section 4.1.1.1). */
const CLIENT_NAME = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|\[[a-z0-9.:]{3,60}\])$/i;

function checkedSending({
  withoutLogin,
  clientName,
}: CustomHosting['sending']): Pick<SubmissionServer, 'withoutLogin' | 'clientName'> {
  if (clientName && !CLIENT_NAME.test(clientName)) {
    throw invalidInput(
      'Client Name (EHLO)',
      'it is not a host name',
      'Enter the full name of the machine that runs n8n, such as n8n.example.com, or leave it empty.',
    );
  }
  return { ...(withoutLogin && { withoutLogin }), ...(clientName && { clientName }) };
}
