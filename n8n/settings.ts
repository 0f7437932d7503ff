import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { BasicAuthenticator } from '../mail/auth/basic';
import { MailError, invalidInput } from '../mail/errors';
import { findOffer } from '../mail/providers';
import {
  assertServerSettings,
  type Security,
  type ServerSettings,
  type SessionSettings,
  type Timeouts,
} from '../mail/session/settings';

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
  const text = (name: string) => String(connect.getNodeParameter(name, itemIndex, ''));
  const { credentialType, ...offer } = findOffer(text('provider'), text('protocol'), text('authentication'));
  const credential = await connect.getCredentials(credentialType, itemIndex);
  const options = connect.getNodeParameter('options', itemIndex, {}) as Record<string, unknown>;
  const { server, authenticator } = fromBasicCredential(credential);
  return {
    ...offer,
    authenticator,
    server: withOutboundPolicy(connect, server),
    timeouts: timeouts({ ...DEFAULT_TIMEOUTS, ...options }),
  };
}

/** Shared with the credential's test. */
export function fromBasicCredential(
  credential: ICredentialDataDecryptedObject,
): Pick<SessionSettings, 'server' | 'authenticator'> {
  const server = assertServerSettings({
    host: String(credential.host ?? ''),
    port: Number(credential.port),
    security: credential.security as Security,
    caCertificate: String(credential.caCertificate ?? ''),
    ignoreCertificate: credential.ignoreCertificate === true,
  });
  return {
    server,
    authenticator: new BasicAuthenticator(String(credential.user ?? ''), String(credential.password ?? '')),
  };
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

/** The instance's rules for outbound connections (n8n 2.30 and later), for the name and for every address it resolves to. */
function withOutboundPolicy(connect: IExecuteFunctions, server: ServerSettings): ServerSettings {
  const filter = connect.helpers.getSecureEgressFilter?.();
  if (!filter) return server;
  const assertAllowed = async () => {
    const host = server.host.includes(':') ? `[${server.host}]` : server.host;
    const allowed = await filter.validateUrl(`https://${host}:${server.port}`);
    if (allowed.ok) return;
    throw new MailError(
      'OUTBOUND_BLOCKED',
      `This n8n does not allow connections to ${server.host}`,
      'Ask the administrator of this n8n to allow the mail server in its outbound network policy.',
    );
  };
  return { ...server, lookup: filter.createSecureLookup(), assertAllowed };
}
