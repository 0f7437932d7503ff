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
  /** The longest silence of the server while it owes an answer. */
  command: number;
  /** How long an unused connection is kept. It is opened again when needed. */
  idle: number;
}

/** A server that mail is sent through, with the same login as for reading. */
export interface SubmissionServer extends ServerSettings {
  /** Whether it is one that takes mail without a login, as a relay does: it is given none. */
  withoutLogin?: boolean;
  /** What this side calls itself in EHLO (RFC 5321 section 4.1.1.1); something sensible where absent. */
  clientName?: string;
}

/** What every session needs, whatever its protocol. */
interface CommonSettings extends Pick<Connection, 'provider' | 'authentication'> {
  server: ServerSettings;
  authenticator: Authenticator;
  timeouts: Timeouts;
}

/** Of a session over IMAP or POP3, which reads mail from one server and sends it through another. */
export interface MailServerSessionSettings extends CommonSettings {
  protocol: MailServerProtocol;
  /** The server that mail is sent through (RFC 6409). */
  submission?: SubmissionServer;
  /** Whether the provider itself puts a copy of what it is sent into the folder for sent mail. */
  savesSentCopy?: boolean;
}

/** Of a session over EWS, whose URL may still have to be found. */
export interface EwsSessionSettings extends CommonSettings {
  protocol: 'ews';
  ews: EwsSettings;
}

/** The same where the URL is known. */
export type LocatedEwsSettings = EwsSessionSettings & { ews: { url: URL } };

/** Of a session over Microsoft Graph. */
export interface GraphSessionSettings extends CommonSettings {
  protocol: 'graph';
  graph: GraphSettings;
}

/** Everything needed to open a session, and to open it again after its connection was lost. */
export type SessionSettings = MailServerSessionSettings | EwsSessionSettings | GraphSessionSettings;

/** Two settings with the same fingerprint log in to the same account in the same way. */
export function settingsFingerprint(settings: SessionSettings): string {
  const { provider, protocol, authentication, server, authenticator } = settings;
  return fingerprint(
    [provider, protocol, authentication, authenticator.fingerprint],
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

/** Whose mail it is, and who sends where nobody else is named. The user of an account need not be an address. */
export const mailboxOf = (settings: SessionSettings): string =>
  (settings.protocol === 'ews' ? settings.ews.mailbox : undefined) ?? settings.authenticator.account;
