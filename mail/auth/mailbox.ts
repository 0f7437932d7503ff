import { invalidInput } from '../errors';
import { assertSingleLine } from '../text';

/**
 * Checks the name of a mailbox that is opened with a token. XOAUTH2 and OAUTHBEARER separate their fields with U+0001
 * (RFC 7628 section 3.1), so a name that contains it could inject a different token.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function assertMailbox(name: string): void {
  const field = 'Email Address';
  if (!name) {
    throw invalidInput(field, 'it is empty', 'Enter the address of the mailbox in the credential.');
  }
  assertSingleLine(field, name);
  if (/\p{Cc}/u.test(name)) {
    throw invalidInput(field, 'it contains a control character', 'Type the address instead of pasting it.');
  }
}
