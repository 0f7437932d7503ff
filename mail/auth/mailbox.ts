import { invalidInput } from '../errors';
import { assertSingleLine } from '../text';

/**
 * Checks the name of a mailbox that is opened with a token. XOAUTH2 and OAUTHBEARER separate their fields by
 * U+0001 (RFC 7628 section 3.1), so with that in its name a mailbox could bring a token of its own.
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
