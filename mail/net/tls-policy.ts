import tls from 'node:tls';

import type { OutboundPolicy } from './outbound-policy';

/** How the server is verified, which client certificate it gets, and whether it may be contacted at all. */
export interface TlsPolicy {
  /** PEM certificates trusted in addition to the public authorities. */
  caCertificate?: string;
  /** Accepts any certificate. Only set by an explicit switch. */
  ignoreCertificate?: boolean;
  /** Sent to a server that requests one (RFC 8446 section 4.4.2). PEM. */
  clientCertificate?: ClientCertificate;
  outbound?: OutboundPolicy;
}

export interface ClientCertificate {
  certificate: string;
  key: string;
  passphrase?: string;
}

/** For `tls.connect` and `https.request`. */
export function tlsOptions({ caCertificate, ignoreCertificate, clientCertificate, outbound }: TlsPolicy) {
  return {
    minVersion: MIN_VERSION,
    rejectUnauthorized: !ignoreCertificate,
    ...(caCertificate && !clientCertificate && { secureContext: sharedContext(caCertificate) }),
    // Also with a context: Node only shares sockets whose options are the same.
    ca: caCertificate ? withPublicAuthorities(caCertificate) : undefined,
    ...(clientCertificate && {
      cert: clientCertificate.certificate,
      key: clientCertificate.key,
      passphrase: clientCertificate.passphrase,
    }),
    ...(outbound && { lookup: outbound.lookup }),
  } satisfies tls.ConnectionOptions;
}

const MIN_VERSION = 'TLSv1.2';

/** A context takes about 1.2 MB. */
const MOST_CONTEXTS = 4;
const contexts = new Map<string, tls.SecureContext>();

/**
 * Node reads all authorities again for each connection with certificates of its own, which takes 10 to 25 ms of CPU.
 * So connections share the result. It contains no secret.
 */
function sharedContext(caCertificate: string): tls.SecureContext {
  const known = contexts.get(caCertificate);
  if (known) return known;
  const context = tls.createSecureContext({
    ca: withPublicAuthorities(caCertificate),
    minVersion: MIN_VERSION,
  });
  const [oldest] = contexts.keys();
  if (oldest && contexts.size >= MOST_CONTEXTS) contexts.delete(oldest);
  contexts.set(caCertificate, context);
  return context;
}

// This list replaces the default one, so the public authorities are included.
const withPublicAuthorities = (caCertificate: string): string[] => [...publicAuthorities(), caCertificate];

// Available since Node 22.15. Includes NODE_EXTRA_CA_CERTS, which `rootCertificates` does not.
const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
const publicAuthorities = (): readonly string[] => getCACertificates?.('default') ?? tls.rootCertificates;
