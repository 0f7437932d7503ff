import { createPrivateKey, X509Certificate } from 'node:crypto';

import { invalidInput } from '../errors';

/** Required by Microsoft and Google, and the minimum that their libraries sign with. */
const MINIMUM_BITS = 2048;

/**
 * Checks an RSA private key in PEM (RFC 7468).
 *
 * @param field the name of the input field
 * @throws {MailError} INVALID_INPUT
 */
export function rsaPrivateKey(field: string, text: string): string {
  const pem = pemBlock(text, '(?:RSA )?(?:ENCRYPTED )?PRIVATE KEY');
  if (!pem) {
    throw invalidInput(
      field,
      'it contains no private key in PEM format',
      'Paste all of the key, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.',
    );
  }
  if (pem.includes('ENCRYPTED')) {
    throw invalidInput(
      field,
      'the key is protected by a passphrase',
      'Remove the passphrase with "openssl pkey -in key.pem -out plain.pem", and paste the new file.',
    );
  }
  const key = parsed(field, () => createPrivateKey(pem));
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < MINIMUM_BITS) {
    throw invalidInput(
      field,
      `it is not an RSA key of ${MINIMUM_BITS} bits or more`,
      'Create another key: the identity provider accepts no other kind.',
    );
  }
  return pem;
}

/**
 * The first certificate in a text, which may be a chain.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function x509Certificate(field: string, text: string): X509Certificate {
  const pem = pemBlock(text, 'CERTIFICATE');
  if (!pem) {
    throw invalidInput(
      field,
      'it contains no certificate in PEM format',
      'Paste all of the certificate, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.',
    );
  }
  return parsed(field, () => new X509Certificate(pem));
}

/** A PEM block with correct line ends, even if a form field or a JSON file changed them. */
function pemBlock(text: string, label: string): string | undefined {
  const [, name, content] =
    new RegExp(`-----BEGIN (${label})-----([^]+?)-----END \\1-----`).exec(text.replaceAll('\\n', '\n')) ?? [];
  if (!name || !content) return undefined;
  // Header lines occur only in old encrypted keys (RFC 1421 section 4.6).
  if (content.includes(':')) return `-----BEGIN ENCRYPTED ${name}-----`;
  const lines = content.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${name}-----`, ...lines, `-----END ${name}-----`, ''].join('\n');
}

function parsed<T>(field: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    // Node's error may quote the key.
    throw invalidInput(field, 'it is damaged', 'Copy it again, without a missing or changed character.');
  }
}
