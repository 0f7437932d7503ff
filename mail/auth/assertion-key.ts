import { createPrivateKey } from 'node:crypto';

import { invalidInput } from '../errors';
import { rsaPrivateKey, x509Certificate } from './rsa-key';

/** The key with which MSAL signs a client assertion (RFC 7523 section 2.2). */
export interface AssertionKey {
  /** SHA-256 of the certificate, hexadecimal. */
  thumbprintSha256: string;
  /** PEM. */
  privateKey: string;
}

/**
 * Checks a certificate and its key before they are sent anywhere. Both are PEM.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function assertionKey(certificate: string, privateKey: string): AssertionKey {
  const x509 = x509Certificate('Certificate', certificate);
  const key = rsaPrivateKey('Private Key', privateKey);
  if (!x509.checkPrivateKey(createPrivateKey(key))) {
    throw invalidInput(
      'Private Key',
      'it does not belong to the certificate',
      'Paste the key that the certificate was made with.',
    );
  }
  if (Date.parse(x509.validTo) < Date.now()) {
    throw invalidInput(
      'Certificate',
      `it expired on ${x509.validTo}`,
      'Create a new certificate, upload it to the app registration, and paste it and its key into the credential.',
    );
  }
  if (Date.parse(x509.validFrom) > Date.now()) {
    throw invalidInput(
      'Certificate',
      `it is not valid before ${x509.validFrom}`,
      'Wait until then, or set the clock of the machine that runs n8n.',
    );
  }
  return { thumbprintSha256: x509.fingerprint256.replaceAll(':', ''), privateKey: key };
}
