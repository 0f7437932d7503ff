import type { LookupFunction } from 'node:net';

import type { Authenticator } from '../auth/authenticator';
import { invalidInput } from '../errors';
import { fingerprint } from '../fingerprint';
import type { Offer } from '../providers';
import { assertSingleLine } from '../text';

/** RFC 8314: implicit TLS from the first byte, or an upgrade of a cleartext connection, or neither. */
export type Security = 'tls' | 'starttls' | 'none';

/** Where a server is and how far it is trusted. */
export interface ServerSettings {
  host: string;
  port: number;
  security: Security;
  /** PEM certificates trusted beside the public authorities. */
  caCertificate?: string;
  /** Accepts any certificate. Only ever set by a switch that says so. */
  ignoreCertificate?: boolean;
  /** Name resolution that honours the host application's outbound policy. */
  lookup?: LookupFunction;
  /** Rejects when the host application's outbound policy forbids this server. */
  assertAllowed?: () => Promise<void>;
}

/** All in milliseconds. */
export interface Timeouts {
  /** From the first packet to the end of the login. */
  connect: number;
  /** The longest silence of the server while it owes an answer. */
  command: number;
  /** How long an unused connection is kept. It is opened again when needed. */
  idle: number;
}

/** Everything needed to open a session, and to open it again after its connection was lost. */
export interface SessionSettings extends Pick<Offer, 'provider' | 'protocol' | 'authentication'> {
  server: ServerSettings;
  authenticator: Authenticator;
  timeouts: Timeouts;
}

/** Two settings with the same fingerprint log in to the same account in the same way. */
export const settingsFingerprint = ({
  provider,
  protocol,
  authentication,
  server,
  authenticator,
}: SessionSettings): string =>
  fingerprint(
    [provider, protocol, authentication, authenticator.fingerprint],
    [
      server.host,
      server.port,
      server.security,
      server.caCertificate ?? '',
      server.ignoreCertificate ?? false,
    ],
  );

/**
 * Checks what a person typed into a credential.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function assertServerSettings(server: ServerSettings): ServerSettings {
  const host = server.host.trim();
  if (!host)
    throw invalidInput('Host', 'it is empty', 'Enter the name of the mail server, such as imap.example.com.');
  assertSingleLine('Host', host);
  if (/[\s/@]|:\/\//.test(host)) {
    throw invalidInput(
      'Host',
      `"${host}" is not a host name`,
      'Enter only the name, without a protocol, path or user.',
    );
  }
  if (!Number.isInteger(server.port) || server.port < 1 || server.port > 65535) {
    throw invalidInput(
      'Port',
      `${server.port} is not a port`,
      'Enter a number from 1 to 65535, such as 993 for IMAP with TLS.',
    );
  }
  if (!['tls', 'starttls', 'none'].includes(server.security)) {
    throw invalidInput(
      'Security',
      `"${server.security as string}" is not known`,
      'Use tls, starttls or none.',
    );
  }
  const caCertificate = server.caCertificate?.trim();
  if (caCertificate && !/-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----/.test(caCertificate)) {
    throw invalidInput(
      'CA Certificate',
      'it is not in PEM format',
      'Paste the whole certificate, from "-----BEGIN CERTIFICATE-----" to "-----END CERTIFICATE-----".',
    );
  }
  return { ...server, host, caCertificate: caCertificate || undefined };
}
