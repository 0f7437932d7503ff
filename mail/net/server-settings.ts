import { invalidInput } from '../errors';
import { fingerprint } from '../fingerprint';
import type { TlsPolicy } from './tls-policy';
import { assertSingleLine } from '../text';
import { checkedClientCertificate } from './client-certificate';
import { checkedPem } from './pem';

/** RFC 8314: implicit TLS from the first byte, STARTTLS on a cleartext connection, or no encryption. */
export type Security = 'tls' | 'starttls' | 'none';

/** The server's address, and how it is trusted. */
export interface ServerSettings extends TlsPolicy {
  host: string;
  port: number;
  security: Security;
  /** Whether the provider is known, so that the credential has no fields for its servers. */
  isKnown?: boolean;
  /** The proxy as a URL: socks5, socks4, http or https, with user and password if required. */
  proxy?: string;
}

/** Servers with the same fingerprint are reached and trusted in the same way. */
export const serverFingerprint = (server: ServerSettings): string =>
  fingerprint(
    [server.host, server.port, server.security, server.proxy],
    [server.caCertificate, server.ignoreCertificate ?? false, server.clientCertificate],
  );

/**
 * Validates a credential's server settings.
 *
 * @param prefix of the field names, such as "IMAP "
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function assertServerSettings(server: ServerSettings, prefix = ''): ServerSettings {
  return {
    ...server,
    host: checkedHost(server.host, `${prefix}Host`),
    port: checkedPort(server.port, `${prefix}Port`),
    security: checkedSecurity(server.security, `${prefix}Security`),
    caCertificate: checkedPem(server.caCertificate, 'CA Certificate', 'CERTIFICATE'),
    clientCertificate: checkedClientCertificate(server.clientCertificate),
    proxy: checkedProxy(server.proxy),
  };
}

function checkedHost(value: string, field: string): string {
  const host = value.trim();
  if (!host)
    throw invalidInput(
      field,
      'it is empty',
      'Enter the name of the mail server, such as imap.example.com. Your mail provider says it in its help.',
    );
  assertSingleLine(field, host);
  if (/[\s/@]|:\/\//.test(host)) {
    throw invalidInput(
      field,
      `"${host}" is not a host name`,
      'Enter only the name, without a protocol, path or user.',
    );
  }
  return host;
}

function checkedPort(port: number, field: string): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw invalidInput(
    field,
    `${port} is not a port`,
    'Enter a number from 1 to 65535, such as 993 for IMAP with TLS.',
  );
}

function checkedSecurity(security: Security, field: string): Security {
  if (['tls', 'starttls', 'none'].includes(security)) return security;
  throw invalidInput(field, `"${security as string}" is not known`, 'Use tls, starttls or none.');
}

/** The schemes that imapflow supports. */
const PROXY_SCHEMES = ['http:', 'https:', 'socks:', 'socks4:', 'socks4a:', 'socks5:'];

function checkedProxy(value: string | undefined): string | undefined {
  const proxy = value?.trim();
  if (!proxy) return undefined;
  // The input is not repeated: it may contain a password.
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url?.hostname && PROXY_SCHEMES.includes(url.protocol)) return proxy;
  throw invalidInput(
    'Proxy',
    'it is not the URL of a proxy',
    'Enter it as socks5://proxy.example.com:1080 or http://user:password@proxy.example.com:3128.',
  );
}
