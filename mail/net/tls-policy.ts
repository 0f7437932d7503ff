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
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !ignoreCertificate,
    // This list replaces the default one, so the public authorities are included.
    ca: caCertificate ? [...publicAuthorities(), caCertificate] : undefined,
    ...(clientCertificate && {
      cert: clientCertificate.certificate,
      key: clientCertificate.key,
      passphrase: clientCertificate.passphrase,
    }),
    ...(outbound && { lookup: outbound.lookup }),
  } satisfies tls.ConnectionOptions;
}

// Available since Node 22.15. Includes NODE_EXTRA_CA_CERTS, which `rootCertificates` does not.
const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
const publicAuthorities = (): readonly string[] => getCACertificates?.('default') ?? tls.rootCertificates;
