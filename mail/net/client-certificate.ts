import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

import { invalidInput } from '../errors';
import type { ClientCertificate } from './tls-policy';
import { checkedPem } from './pem';

/**
 * Checks a client certificate and its key before connecting. Otherwise TLS would fail with "bad decrypt", which does
 * not show which field is wrong.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function checkedClientCertificate(
  value: ClientCertificate | undefined,
): ClientCertificate | undefined {
  if (!value) return undefined;
  const certificate = checkedPem(value.certificate, 'Client Certificate', 'CERTIFICATE');
  const key = checkedPem(value.key, 'Client Key', 'PRIVATE KEY');
  if (!certificate || !key) {
    const missing = certificate ? 'Client Key' : 'Client Certificate';
    throw invalidInput(missing, 'it is empty', 'Enter both the client certificate and its private key.');
  }
  if (!parsedCertificate(certificate).checkPrivateKey(parsedKey(key, value.passphrase))) {
    throw invalidInput(
      'Client Key',
      'it does not belong to the client certificate',
      'Paste the key that the certificate was made with.',
    );
  }
  return { ...value, certificate, key };
}

// Node's own errors may quote the input.
function parsedCertificate(certificate: string): X509Certificate {
  try {
    return new X509Certificate(certificate);
  } catch {
    throw damaged('Client Certificate');
  }
}

function parsedKey(key: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key, passphrase });
  } catch {
    if (!/ENCRYPTED/.test(key)) throw damaged('Client Key');
    throw invalidInput(
      'Client Key Passphrase',
      passphrase ? 'it does not match the client key' : 'it is empty, but the client key has a passphrase',
      'Enter the passphrase of the key.',
    );
  }
}

const damaged = (field: string) =>
  invalidInput(field, 'it is damaged', 'Copy it again, without a missing or changed character.');
