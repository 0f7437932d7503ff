import { invalidInput } from '../errors';

/**
 * Reads the address of EWS as a person typed it.
 *
 * @throws {MailError} INVALID_INPUT
 */
export function ewsUrl(text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const example = 'such as https://mail.example.com/EWS/Exchange.asmx';
  // What was typed is not repeated: it may hold a password.
  if (!url) throw invalidInput('EWS URL', 'it is not a URL', `Enter the whole address, ${example}.`);
  if (url.protocol !== 'https:')
    throw invalidInput(
      'EWS URL',
      'it is not an https URL',
      `A password is only sent over https: enter it ${example}.`,
    );
  if (url.username || url.password)
    throw invalidInput('EWS URL', 'it holds a user or a password', 'Enter those in their own fields.');
  return url;
}
