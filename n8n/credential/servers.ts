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
 * Where a credential's servers are: as the matrix says, or as the credential does for a private server or cloud.
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
 * How far the identity provider of a mail server is trusted. A certificate that is ignored there is not ignored
 * here, where the secret itself would be given away.
 */
export const identityTrust = ({ caCertificate, outbound }: ServerSettings): TlsPolicy => ({
  caCertificate,
  outbound,
});
