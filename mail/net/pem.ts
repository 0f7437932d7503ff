import { invalidInput } from '../errors';

/**
 * Checks that the input is PEM (RFC 7468) of the given kind. It may also contain blocks of other kinds.
 *
 * @param label such as CERTIFICATE; PRIVATE KEY stands for keys of any algorithm
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
