import { MailError } from '../errors';

/**
 * Messages that exist but that the server did not return: by id, each with its error. A caller that passes a map gets
 * the other messages; without it, the first failure rejects the call. So a list is never incomplete without notice.
 */
export type FailedMessages = Map<string, MailError>;

/** @throws {MailError} the first of the failures, if the caller passed no map for them */
export function reportFailed(failures: FailedMessages, failed: FailedMessages | undefined): void {
  for (const [id, error] of failures) {
    if (!failed) throw error;
    failed.set(id, error);
  }
}

/**
 * The error for a message that the server has but did not return. A refusal never means that the message does not
 * exist.
 *
 * @param reason in the server's words
 */
export const notGiven = (id: string, reason: string, isTemporary = false): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `The server did not give the message ${id} (${reason})`,
    isTemporary
      ? 'Try again later: the server says that this is temporary. The message is still there.'
      : 'The message is still there. Try again later; if it always happens, the message may be damaged on the server.',
    isTemporary ? 0 : undefined,
  );

/** The error for a part that a message does not have. A message never changes, so the part is of another one. */
export const noSuchPart = (id: string, part: string): MailError =>
  new MailError(
    'MESSAGE_NOT_FOUND',
    `The message ${id} has no part ${part.slice(0, 100)}`,
    'Use the attachments of this message, as Get or Get Many lists them.',
  );
