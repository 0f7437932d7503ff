import type { EwsSettings } from '../../mail/account/ews-settings';
import type { GraphSettings } from '../../mail/account/graph-settings';
import type { Connection } from '../../mail/account/providers';
import type { MailServerSessionSettings } from '../../mail/account/session-settings';
import type { OutboundPolicy } from '../../mail/net/outbound-policy';
import type { TlsPolicy } from '../../mail/net/tls-policy';
import type { ServerSettings } from '../../mail/net/server-settings';
import type { Hosting } from './typed-credential';
import { mailServers } from './mail-servers';
import { ewsServer, graphServer } from './web-servers';

/** Where a session's servers are, by its protocol. */
export type Servers =
  | Pick<MailServerSessionSettings, 'protocol' | 'server' | 'submission' | 'savesSentCopy'>
  | { protocol: 'ews'; server: ServerSettings; ews: Pick<EwsSettings, 'url' | 'address'> }
  | { protocol: 'graph'; server: ServerSettings; graph: Pick<GraphSettings, 'url' | 'permanentDelete'> };

/**
 * A credential's servers: from the matrix, or from the credential for a private server or cloud.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function serversOf(
  { provider, protocol }: Pick<Connection, 'provider' | 'protocol'>,
  hosting: Hosting,
  outbound?: OutboundPolicy,
): Servers {
  switch (protocol) {
    case 'ews':
      return { protocol, ...ewsServer(hosting, outbound) };
    case 'graph':
      return { protocol, ...graphServer(hosting, outbound) };
    default:
      return { protocol, ...mailServers({ provider, protocol }, hosting, outbound) };
  }
}

/**
 * How the identity provider of a mail server is trusted. Its certificate is always checked, even if the mail server's is
 * not: the secret itself would be given away.
 */
export const identityTrust = ({ caCertificate, outbound }: ServerSettings): TlsPolicy => ({
  caCertificate,
  outbound,
});
