import { invalidInput } from '../errors';

/**
 * Checks a URL from user input to which a secret may be sent.
 *
 * @param field the name of the input field
 * @param example a valid value
 * @throws {MailError} INVALID_INPUT
 */
export function httpsUrl(field: string, text: unknown, example = 'https://login.example.com/path'): URL {
  const url = parsed(text);
  // The input is not repeated: it may contain a password.
  if (!url) throw invalidInput(field, 'it is not a URL', `Enter the whole address, such as ${example}.`);
  if (url.protocol !== 'https:') {
    throw invalidInput(
      field,
      'it is not an https URL',
      `Passwords and tokens are sent only over https: enter an address such as ${example}.`,
    );
  }
  if (url.username || url.password) {
    throw invalidInput(field, 'it contains a user or a password', 'Enter those in their own fields.');
  }
  if (url.hash) throw invalidInput(field, 'it has a part after a #', 'Remove that part.');
  return url;
}

/** The same for a URL from a server: undefined if it is not valid. */
export function parseHttpsUrl(text: unknown): URL | undefined {
  const url = parsed(text);
  return url?.protocol === 'https:' && !url.username && !url.password ? url : undefined;
}

function parsed(text: unknown): URL | undefined {
  const trimmed = typeof text === 'string' ? text.trim() : '';
  return URL.canParse(trimmed) ? new URL(trimmed) : undefined;
}
