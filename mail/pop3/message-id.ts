import { MailError, invalidInput } from '../errors';

/** What names a message of a maildrop for good: its unique-id (RFC 1939 section 7), which stays over sessions. */
const FORM = /^POP3;UIDL=(\S+)$/;

export const formatId = (uidl: string): string => `POP3;UIDL=${encodeURIComponent(uidl)}`;

/** @throws {MailError} INVALID_INPUT */
export function parseId(id: string): string {
  const [, encoded = ''] = FORM.exec(id) ?? [];
  try {
    if (encoded) return decodeURIComponent(encoded);
  } catch {
    // Refused below.
  }
  throw invalidInput(
    'Message ID',
    `"${id.slice(0, 100)}" is not the id of a message over POP3`,
    'Use the field "id" of a message from Get Many, read over the same protocol.',
  );
}

export const messageGone = (id: string): MailError =>
  new MailError(
    'MESSAGE_NOT_FOUND',
    `The message ${id} no longer exists`,
    'It was deleted since it was listed. List the messages again.',
  );
