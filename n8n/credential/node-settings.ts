import { findConnection, type Connection } from '../../mail/account/providers';
import type { SessionSettings } from '../../mail/account/session-settings';
import { textOf } from '../expression-values';
import { outboundPolicy, type OutboundContext } from '../outbound';
import { sessionSettings } from './build-settings';
import { readOptions } from './connect-options';
import type { TypedCredential } from './typed-credential';
import { ManagedLogin, credentialName, type CredentialContext } from './managed-login';
import { readCredential } from './read-credential';

/** Reads a parameter of a node. Contexts differ: some give it for each item, a trigger has only one. */
export type ReadParameter = (name: string, fallback: unknown) => unknown;

/**
 * The settings of a node's session, from its parameters `provider`, `protocol`, `authentication` and `options` and the
 * credential that they name.
 *
 * @param itemIndex of the item that the credential is read for, if there are items
 * @throws {MailError} INVALID_INPUT
 */
export async function settingsOfNode(
  context: CredentialContext & OutboundContext,
  parameter: ReadParameter,
  itemIndex?: number,
): Promise<SessionSettings> {
  const text = (name: string) => textOf(parameter(name, ''));
  const connection = findConnection(text('provider'), text('protocol'), text('authentication'));
  const credential = await credentialOf(context, connection, itemIndex);
  const options = readOptions(parameter('options', {}));
  return sessionSettings(connection, credential, options, outboundPolicy(context));
}

async function credentialOf(
  context: CredentialContext,
  connection: Connection,
  itemIndex?: number,
): Promise<TypedCredential> {
  const { credentialType } = connection;
  return readCredential(connection, {
    name: credentialName(context, credentialType),
    data: await context.getCredentials(credentialType, itemIndex),
    managed: (account, owner) => new ManagedLogin(account, context, credentialType, itemIndex, owner),
  });
}
