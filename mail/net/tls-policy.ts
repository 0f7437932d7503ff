import tls from 'node:tls';

import type { OutboundPolicy } from './outbound-policy';

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
