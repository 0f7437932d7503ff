import { invalidInput } from '../errors';

/**
 * Reads a URL that somebody gave and that a secret may be sent to.
 *
 * @param field what it is called where it was given
 * @param example what it looks like
 * @throws {MailError} INVALID_INPUT
 */
export function httpsUrl(field: string, text: unknown, example = 'https://login.example.com/path'): URL {
  const url = parsed(text);
  // What was typed is not repeated: it may hold a password.
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

/** The same for one that a server named: undefined for what is none. */
export function parseHttpsUrl(text: unknown): URL | undefined {
  const url = parsed(text);
  return url?.protocol === 'https:' && !url.username && !url.password ? url : undefined;
}

function parsed(text: unknown): URL | undefined {
  const trimmed = typeof text === 'string' ? text.trim() : '';
  return URL.canParse(trimmed) ? new URL(trimmed) : undefined;
}
