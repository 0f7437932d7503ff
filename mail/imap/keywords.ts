import { invalidInput } from '../errors';

/** RFC 9051 section 9: a keyword is an atom. */
const ATOM = /^[^\x00-\x20\x7f-\uffff(){%*"\\\]]+$/; // eslint-disable-line no-control-regex -- the grammar's own

/** @throws {MailError} INVALID_INPUT naming the field */
export function assertKeyword(field: string, keyword: string): string {
  if (ATOM.test(keyword)) return keyword;
  throw invalidInput(
    field,
    `"${keyword.replace(/\s+/g, ' ').slice(0, 100)}" is not a keyword`,
    'Use ASCII letters, digits, and signs such as $ - _ . without spaces, for example Invoice or $Forwarded.',
  );
}
