import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import tls from 'node:tls';

import { MailError, isMailError } from '../errors';

/** The host application's rules for outbound connections, for a name and for every address it resolves to. */
export interface OutboundPolicy {
  lookup: LookupFunction;
  /** @throws {MailError} OUTBOUND_BLOCKED, or what Node throws for a name that is not found */
  assertAllowed(host: string, port: number): Promise<void>;
}

/** How far the other side is trusted, what it is shown, and whether it may be reached at all. */
export interface TlsPolicy {
  /** PEM certificates trusted beside the public authorities. */
  caCertificate?: string;
  /** Accepts any certificate. Only ever set by a switch that says so. */
  ignoreCertificate?: boolean;
  /** Shown to a server that asks for one (RFC 8446 section 4.4.2). PEM. */
  clientCertificate?: ClientCertificate;
  outbound?: OutboundPolicy;
}

export interface ClientCertificate {
  certificate: string;
  key: string;
  passphrase?: string;
}

/** The host of a URL, which writes an IPv6 address in brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The server of an https URL. */
export const httpsServer = (url: URL): { host: string; port: number } => ({
  host: hostOf(url),
  port: Number(url.port) || 443,
});

/**
 * Asks the policy for the server and for the proxy before it.
 *
 * @throws {MailError} OUTBOUND_BLOCKED, HOST_NOT_FOUND
 */
export async function assertAllowed({
  host,
  port,
  proxy,
  outbound,
}: TlsPolicy & { host: string; port: number; proxy?: string }): Promise<void> {
  if (!outbound) return;
  await ask(outbound, host, port);
  if (!proxy) return;
  const url = new URL(proxy);
  await ask(outbound, hostOf(url), Number(url.port) || 1080);
}

async function ask(outbound: OutboundPolicy, host: string, port: number): Promise<void> {
  try {
    await outbound.assertAllowed(host, port);
  } catch (error) {
    if (isMailError(error)) throw error;
    throw new MailError(
      'HOST_NOT_FOUND',
      `The server name ${host} could not be looked up`,
      'Check it in the credential for a typing error, and the name service of the machine that runs n8n. Under the outbound rules of this n8n, a name that only a proxy knows is not enough.',
    );
  }
}

/**
 * The URL of a proxy with the address that the policy gives for its name. Whoever opens the connection looks a
 * name up again, without the policy, and it may lead elsewhere by then. An https proxy keeps its name, which it
 * has to prove by a certificate.
 *
 * @throws {MailError} OUTBOUND_BLOCKED, or what Node throws for a name that is not found
 */
export async function proxyAsAllowed(proxy: string, outbound: OutboundPolicy | undefined): Promise<string> {
  const url = new URL(proxy);
  const name = hostOf(url);
  if (!outbound || url.protocol === 'https:' || isIP(name)) return proxy;
  const found = await new Promise<LookupAddress[]>((resolve, reject) => {
    outbound.lookup(name, { all: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses as LookupAddress[]);
    });
  });
  // One address only, so the one that more proxies listen on.
  const { address, family } = found.find((one) => one.family === 4) ?? found[0]!;
  url.hostname = family === 6 ? `[${address}]` : address;
  return url.href;
}

/** For `tls.connect` and `https.request`. */
export function tlsOptions({ caCertificate, ignoreCertificate, clientCertificate, outbound }: TlsPolicy) {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !ignoreCertificate,
    // A list given here replaces the default one, so the public authorities are named too.
    ca: caCertificate ? [...publicAuthorities(), caCertificate] : undefined,
    ...(clientCertificate && {
      cert: clientCertificate.certificate,
      key: clientCertificate.key,
      passphrase: clientCertificate.passphrase,
    }),
    ...(outbound && { lookup: outbound.lookup }),
  } satisfies tls.ConnectionOptions;
}

// Since Node 22.15, and with NODE_EXTRA_CA_CERTS, which `rootCertificates` leaves out.
const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
const publicAuthorities = (): readonly string[] => getCACertificates?.('default') ?? tls.rootCertificates;
