import { invalidInput } from '../errors';
import type { ComposedMessage } from '../model/submission';
import type { ServerSettings } from '../net/server-settings';
import type { Capabilities } from './capabilities';

/**
 * Rejects a message with invalid addresses before any of it is sent.
 *
 * @throws {MailError} INVALID_INPUT naming the address
 */
export function assertAddresses(
  { envelope, utf8Address }: ComposedMessage,
  { host }: ServerSettings,
  { utf8 }: Capabilities,
): void {
  if (utf8Address && !utf8) {
    throw invalidInput(
      `Address "${utf8Address}"`,
      `${host} does not accept letters beyond ASCII before the @`,
      'Use another address of this person, or another mail server.',
    );
  }
  // SMTP commands put the address in angle brackets, so nodemailer rejects any address that contains one, even in
  // quotes.
  const bracketed = [envelope.from, ...envelope.to].find((address) => /[<>]/.test(address));
  if (bracketed) {
    throw invalidInput(
      `Address "${bracketed}"`,
      'it contains < or >, so no message can be sent to it',
      'Use another address of this person.',
    );
  }
}
