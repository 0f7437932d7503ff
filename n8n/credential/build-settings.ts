import { authenticationName, providerRow, type Connection } from '../../mail/account/providers';
import type { SessionSettings } from '../../mail/account/session-settings';
import { invalidInput } from '../../mail/errors';
import type { OutboundPolicy } from '../../mail/net/outbound-policy';
import { authenticatorOf } from './build-authenticator';
import type { ConnectOptions } from './connect-options';
import type { TypedCredential } from './typed-credential';
import { exchangeMailbox, namedMailbox, officeMailbox } from './ews-mailbox';
import { identityTrust, serversOf } from './servers';

type Cell = Pick<Connection, 'provider' | 'protocol' | 'authentication'>;

/**
 * The settings of a session, from a cell of the connection matrix, its credential and the options of a node. Server and
 * secret come only from the credential: an item cannot decide where the secret is sent.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function sessionSettings(
  cell: Cell,
  credential: TypedCredential,
  options: ConnectOptions,
  outbound?: OutboundPolicy,
): SessionSettings {
  const { provider, protocol, authentication } = cell;
  const { hosting, user } = credential;
  const servers = serversOf(cell, hosting, outbound);
  const mailbox = mailboxToOpen(cell, credential, options);
  const common = {
    ...{ provider, authentication, timeouts: options.timeouts },
    ...(options.readOnly && { readOnly: true }),
    authenticator: authenticatorOf(credential, {
      // Exchange opens another user's mailbox with the login of the user.
      account: hosting.at === 'exchange' ? user : mailbox,
      ...{ protocol, trust: identityTrust(servers.server) },
    }),
  };
  switch (servers.protocol) {
    case 'ews': {
      const opened =
        hosting.at === 'exchange'
          ? exchangeMailbox(authentication, user, hosting, options)
          : officeMailbox(authentication, credential, mailbox, options);
      return { ...common, ...servers, ews: { ...servers.ews, ...opened } };
    }
    case 'graph': {
      const named = namedMailbox(authentication, credential, mailbox);
      return { ...common, ...servers, graph: { ...servers.graph, mailbox: named } };
    }
    default:
      return { ...common, ...servers };
  }
}

/** The credential's own mailbox, or the shared one that the node names, if the credential can open several. */
function mailboxToOpen(
  { provider, authentication }: Cell,
  { user: own }: TypedCredential,
  { mailbox: shared }: ConnectOptions,
): string {
  if (!shared || shared === own) return own;
  const row = providerRow(provider);
  if (row?.sharedMailboxes?.includes(authentication)) return shared;
  const login = authenticationName(provider, authentication);
  throw invalidInput(
    'Shared Mailbox',
    `a credential of ${row?.name} with "${login}" opens only its own mailbox`,
    'Remove the option "Shared Mailbox", or use a credential for that mailbox.',
  );
}
