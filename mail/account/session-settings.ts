import type { Authenticator } from '../auth/authenticator';
import { ewsFingerprint, type EwsSettings } from './ews-settings';
import { graphFingerprint, type GraphSettings } from './graph-settings';
import { fingerprint } from '../fingerprint';
import type { Connection, MailServerProtocol } from './providers';
import { serverFingerprint, type ServerSettings } from '../net/server-settings';

/** All in milliseconds. */
export interface Timeouts {
  /** From the first packet to the end of the login. */
  connect: number;
  /** Maximum silence of the server while a response is pending. */
  command: number;
  /** How long an unused connection stays open. It is reopened when needed. */
  idle: number;
  /** How long the connection is kept for the next run after the session's own run has ended; not at all if absent. */
  keep?: number;
}

/** How long a connection may be silent, in milliseconds: longer than any timer that closes an unused one. */
export const longestSilence = ({ connect, command, idle, keep = 0 }: Timeouts): number =>
  Math.max(idle, keep) + connect + command;

/** An outgoing mail server, with the same login as for reading. */
export interface SubmissionServer extends ServerSettings {
  /** Whether the server accepts mail without a login, as a relay does. Then no login is sent. */
  withoutLogin?: boolean;
  /** The client's name in EHLO (RFC 5321 section 4.1.1.1); chosen automatically if absent. */
  clientName?: string;
}

/** Settings of every session, for all protocols. */
interface CommonSettings extends Pick<Connection, 'provider' | 'authentication'> {
  server: ServerSettings;
  authenticator: Authenticator;
  timeouts: Timeouts;
  /** Whether the session refuses every change, and sends nothing. */
  readOnly?: boolean;
}

/** Settings of an IMAP or POP3 session, which reads mail from one server and sends it through another. */
export interface MailServerSessionSettings extends CommonSettings {
  protocol: MailServerProtocol;
  /** The outgoing mail server (RFC 6409). */
  submission?: SubmissionServer;
  /** Whether the provider itself saves a copy of sent mail in the folder for sent mail. */
  savesSentCopy?: boolean;
}

/** Settings of an EWS session. The URL may still have to be found. */
export interface EwsSessionSettings extends CommonSettings {
  protocol: 'ews';
  ews: EwsSettings;
}

/** The same with a known URL. */
export type LocatedEwsSettings = EwsSessionSettings & { ews: { url: URL } };

/** Settings of a Microsoft Graph session. */
export interface GraphSessionSettings extends CommonSettings {
  protocol: 'graph';
  graph: GraphSettings;
}

/** Everything needed to open a session, and to reopen it after the connection is lost. */
export type SessionSettings = MailServerSessionSettings | EwsSessionSettings | GraphSessionSettings;

/** Settings with the same fingerprint log in to the same account in the same way. */
export function settingsFingerprint(settings: SessionSettings): string {
  const { provider, protocol, authentication, server, authenticator, readOnly = false } = settings;
  return fingerprint(
    [provider, protocol, authentication, authenticator.fingerprint, readOnly],
    serverFingerprint(server),
    ofProtocol(settings),
  );
}

function ofProtocol(settings: SessionSettings): string | undefined {
  switch (settings.protocol) {
    case 'ews':
      return ewsFingerprint(settings.ews);
    case 'graph':
      return graphFingerprint(settings.graph);
    default:
      return settings.submission && submissionFingerprint(settings.submission);
  }
}

const submissionFingerprint = (server: SubmissionServer): string =>
  fingerprint([serverFingerprint(server), server.withoutLogin ?? false, server.clientName]);

/** The owner of the mailbox, who is also the default sender. An account's user name may not be an address. */
export const mailboxOf = (settings: SessionSettings): string =>
  (settings.protocol === 'ews' ? settings.ews.mailbox : undefined) ?? settings.authenticator.account;
