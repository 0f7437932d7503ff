import { invalidInput } from '../errors';
import type { ComposedMessage } from '../model/submission';
import type { ServerSettings } from '../net/server-settings';
import type { Capabilities } from './capabilities';

/**
 * Refuses a message before anything of it is sent, where the commands for its addresses can't be.
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
  // A command has its address between these, so nodemailer takes none that holds one of them, even in quotes.
  const bracketed = [envelope.from, ...envelope.to].find((address) => /[<>]/.test(address));
  if (bracketed) {
    throw invalidInput(
      `Address "${bracketed}"`,
      'it contains < or >, so no message can be sent to it',
      'Use another address of this person.',
    );
  }
}
