import type { Authenticator } from '../auth/authenticator';
import { ewsFingerprint, type EwsSettings } from './ews-settings';
import { graphFingerprint, type GraphSettings } from './graph-settings';
import { fingerprint } from '../fingerprint';
import type { Connection } from './providers';
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

/** Everything needed to open a session, and to open it again after its connection was lost. */
export interface SessionSettings extends Pick<Connection, 'provider' | 'protocol' | 'authentication'> {
  server: ServerSettings;
  /** The server that mail is sent through (RFC 6409). */
  submission?: SubmissionServer;
  /** Whether the provider itself puts a copy of what it is sent into the folder for sent mail. */
  savesSentCopy?: boolean;
  authenticator: Authenticator;
  /** Of a session over EWS. */
  ews?: EwsSettings;
  /** Of a session over Microsoft Graph. */
  graph?: GraphSettings;
  timeouts: Timeouts;
}

/** Two settings with the same fingerprint log in to the same account in the same way. */
export const settingsFingerprint = ({
  provider,
  protocol,
  authentication,
  server,
  submission,
  authenticator,
  ews,
  graph,
}: SessionSettings): string =>
  fingerprint(
    [provider, protocol, authentication, authenticator.fingerprint],
    serverFingerprint(server),
    submission &&
      fingerprint([serverFingerprint(submission)], [submission.withoutLogin ?? false, submission.clientName]),
    ews && ewsFingerprint(ews),
    graph && graphFingerprint(graph),
  );

/** Whose mail it is, and who sends where nobody else is named. The user of an account need not be an address. */
export const mailboxOf = ({ ews, authenticator }: Pick<SessionSettings, 'ews' | 'authenticator'>): string =>
  ews?.mailbox ?? authenticator.account;
