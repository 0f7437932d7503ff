import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import type { Authenticator } from '../../mail/auth/authenticator';
import { invalidInput } from '../../mail/errors';
import {
  findConnection,
  providerRow,
  type Authentication,
  type Connection,
} from '../../mail/account/providers';
import type { SessionSettings, Timeouts } from '../../mail/account/session-settings';
import { AUTHENTICATORS, type CredentialUse, type OwnAuthentication } from './authenticators';
import { ewsSettings } from './ews-settings';
import { ManagedLogin, credentialName } from './managed-login';
import { assertAccess, microsoftSettings } from './microsoft-settings';
import { outboundPolicy } from '../outbound';
import { identityTrust, serversOf } from './servers';

/** Seconds, as the options of Email Connect show them. */
export const DEFAULT_TIMEOUTS = { connectTimeout: 30, commandTimeout: 60, idleTimeout: 300 };

/** A timer of Node's that is given more than this fires at once. */
const MAX_TIMEOUT = 24 * 60 * 60;

/**
 * Reads from an Email Connect node, for one of its items, how its session is opened. The server and the
 * secret come from the credential alone: nothing in an item decides where it is sent.
 *
 * @throws {MailError} INVALID_INPUT
 */
export async function sessionSettings(
  connect: IExecuteFunctions,
  itemIndex: number,
): Promise<SessionSettings> {
  const text = (name: string) => String(connect.getNodeParameter(name, itemIndex, '') ?? '');
  const offer = findConnection(text('provider'), text('protocol'), text('authentication'));
  const { provider, protocol, authentication, credentialType } = offer;
  const credential = await connect.getCredentials(credentialType, itemIndex);
  const options = connect.getNodeParameter('options', itemIndex, {}) as Record<string, unknown>;
  const servers = serversOf(offer, credential, outboundPolicy(connect));
  const mailbox = mailboxOf(offer, credential, options);
  const use: CredentialUse = {
    provider,
    protocol,
    credential,
    name: credentialName(connect, credentialType),
    // Exchange opens somebody's mailbox with the user's own login.
    mailbox: provider === 'exchange' ? String(credential.user ?? '').trim() : mailbox,
    trust: identityTrust(servers.server),
  };
  if (isManaged(authentication) && provider === 'outlook') assertAccess(protocol, credential, use.name);
  const authenticator: Authenticator = isManaged(authentication)
    ? new ManagedLogin(use.mailbox, connect, credentialType, itemIndex)
    : AUTHENTICATORS[authentication](use);
  return {
    provider,
    protocol,
    authentication,
    authenticator,
    ...servers,
    ...webSettings(offer, credential, mailbox, options),
    timeouts: timeouts({ ...DEFAULT_TIMEOUTS, ...options }),
  };
}

/** Whether n8n keeps the token. */
const isManaged = (
  authentication: Authentication,
): authentication is Exclude<Authentication, OwnAuthentication> =>
  authentication === 'oAuth2' || authentication === 'pkce';

/** What a protocol on https needs beside its server. */
export const webSettings = (
  offer: Pick<Connection, 'provider' | 'protocol' | 'authentication'>,
  credential: ICredentialDataDecryptedObject,
  mailbox: string,
  options: Record<string, unknown> = {},
): Pick<SessionSettings, 'ews' | 'graph'> =>
  offer.provider === 'exchange'
    ? { ews: ewsSettings(offer, credential, options) }
    : microsoftSettings(offer, credential, mailbox, options);

/** The credential's own mailbox, or the shared one that the node names, where the credential opens several. */
function mailboxOf(
  { provider, authentication }: Connection,
  credential: ICredentialDataDecryptedObject,
  options: Record<string, unknown>,
): string {
  const own = String(credential.user ?? '').trim();
  const shared = String(options.mailbox ?? '').trim();
  if (!shared || shared === own) return own;
  const row = providerRow(provider);
  if (row?.sharedMailboxes?.includes(authentication)) return shared;
  throw invalidInput(
    'Shared Mailbox',
    `a credential of ${row?.name} with "${authentication}" opens one mailbox only`,
    'Remove the option "Shared Mailbox", or use a credential of the mailbox itself.',
  );
}

/** The name that a session goes by, in all nodes. */
export function sessionName(context: IExecuteFunctions, itemIndex: number): string {
  const name = String(context.getNodeParameter('sessionName', itemIndex, '') ?? '').trim();
  if (!name)
    throw invalidInput('Session Name', 'it is empty', 'Enter the name of the session, such as Default.');
  return name;
}

function timeouts(options: Record<keyof typeof DEFAULT_TIMEOUTS, unknown>): Timeouts {
  const seconds = (field: string, value: unknown) => {
    const number = Number(value);
    if (!(number > 0 && number <= MAX_TIMEOUT)) {
      throw invalidInput(
        field,
        `${String(value)} is not a usable time`,
        `Enter seconds, more than 0 and at most ${MAX_TIMEOUT}.`,
      );
    }
    return number * 1000;
  };
  return {
    connect: seconds('Connect Timeout', options.connectTimeout),
    command: seconds('Command Timeout', options.commandTimeout),
    idle: seconds('Idle Timeout', options.idleTimeout),
  };
}
