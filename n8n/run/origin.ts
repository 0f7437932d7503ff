import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { mailboxOf, type SessionSettings } from '../../mail/account/session-settings';
import { hostAndPort } from '../../mail/net/host-and-port';
import type { CredentialContext } from '../credential/managed-login';
import { settingsOfNode } from '../credential/node-settings';
import type { OutboundContext } from '../outbound';

/**
 * Where a session came from: enough to open it again when its node and its run are out of reach. No secret is in it, and
 * no context: the credential is read again with the context of the node at work.
 */
export interface Origin {
  /** With only those parameters that decide which credential it may use. */
  node: INode;
  /** All that the session was opened with. They are values now, so they are not read as expressions again. */
  parameters: Readonly<Record<string, unknown>>;
  opened: Opened;
}

interface Opened {
  mailbox: string;
  server: string;
}

export interface Opening {
  settings: SessionSettings;
  origin: Origin;
}

/** How an Email Connect node opens the session of one of its items. @throws {MailError} INVALID_INPUT */
export async function openingOf(connect: IExecuteFunctions, itemIndex: number): Promise<Opening> {
  const parameters: Record<string, unknown> = {};
  const read = (name: string, fallback: unknown) =>
    (parameters[name] = connect.getNodeParameter(name, itemIndex, fallback));
  const settings = await settingsOfNode(connect, read, itemIndex);
  const { provider, protocol, authentication } = settings;
  const node = { ...connect.getNode(), parameters: { provider, protocol, authentication } };
  return { settings, origin: { node, parameters, opened: openedBy(settings) } };
}

/**
 * The same, later and elsewhere.
 *
 * @param lent for the origin's node
 * @returns undefined if the credential now leads to another mailbox, for example because an expression in it needs items
 */
export async function openingAgain(
  lent: CredentialContext & OutboundContext,
  origin: Origin,
): Promise<Opening | undefined> {
  const { parameters, opened } = origin;
  const settings = await settingsOfNode(lent, (name, fallback) => parameters[name] ?? fallback);
  const { mailbox, server } = openedBy(settings);
  return mailbox === opened.mailbox && server === opened.server ? { settings, origin } : undefined;
}

const openedBy = (settings: SessionSettings): Opened => ({
  mailbox: mailboxOf(settings),
  server: hostAndPort(settings.server),
});
