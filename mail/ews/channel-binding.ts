import { createHash } from 'node:crypto';

/**
 * The token that binds a login to the server certificate of the TLS connection: MD5 of the channel binding (MS-NLMP
 * section 3.1.5.1.2) of type tls-server-end-point (RFC 5929 section 4).
 *
 * Exchange requires it with Extended Protection, which Exchange Server 2019 CU14 and later enable by default.
 *
 * @param certificate DER
 */
export const channelBinding = (certificate: Buffer): Buffer =>
  hashedBinding(
    Buffer.concat([
      Buffer.from('tls-server-end-point:'),
      createHash(signatureHash(certificate)).update(certificate).digest(),
    ]),
  );

/** MD5 of RFC 2744's gss_channel_bindings_struct without addresses. */
export function hashedBinding(data: Buffer): Buffer {
  const struct = Buffer.concat([Buffer.alloc(20), data]);
  struct.writeUInt32LE(data.length, 16);
  return createHash('md5').update(struct).digest();
}

/** Object identifiers (DER, hexadecimal) of RSA, ECDSA and of the hash in RSASSA-PSS. */
const STRONGER = {
  sha384: ['06092a864886f70d01010c', '06082a8648ce3d040303', '0609608648016503040202'],
  sha512: ['06092a864886f70d01010d', '06082a8648ce3d040304', '0609608648016503040203'],
};

/** The hash of the certificate's signature. SHA-256 replaces MD5, SHA-1 and unknown hashes. */
function signatureHash(certificate: Buffer): string {
  // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue } (RFC 5280 section 4.1)
  const toBeSigned = element(certificate, element(certificate, 0).content);
  const algorithm = element(certificate, toBeSigned.end);
  const hex = certificate.subarray(toBeSigned.end, algorithm.end).toString('hex');
  const [name = 'sha256'] =
    Object.entries(STRONGER).find(([, identifiers]) => identifiers.some((id) => hex.includes(id))) ?? [];
  return name;
}

/** The start of a DER element's content and its end, for the element at an offset. */
function element(der: Buffer, offset: number): { content: number; end: number } {
  const first = der.readUInt8(offset + 1);
  if (first < 0x80) return { content: offset + 2, end: offset + 2 + first };
  const bytes = first & 0x7f;
  const content = offset + 2 + bytes;
  return { content, end: content + der.readUIntBE(offset + 2, bytes) };
}
