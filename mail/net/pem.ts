import { invalidInput } from '../errors';

/**
 * Checks that what was pasted is PEM (RFC 7468) of this kind; blocks of other kinds may stand beside it.
 *
 * @param label such as CERTIFICATE; the key of any algorithm is a PRIVATE KEY
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function checkedPem(value: string | undefined, field: string, label: string): string | undefined {
  const pem = value?.trim();
  if (!pem) return undefined;
  if (new RegExp(`-----BEGIN [A-Z ]*${label}-----[^]+-----END [A-Z ]*${label}-----`).test(pem)) return pem;
  throw invalidInput(
    field,
    'it is not in PEM format',
    `Paste all of it, from "-----BEGIN ${label}-----" to "-----END ${label}-----".`,
  );
}
