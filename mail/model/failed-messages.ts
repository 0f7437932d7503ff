import { MailError } from '../errors';

/**
 * Messages that are there and that the server did not give, by id, each with the error that says why. A caller that
 * hands one in gets the other messages; without it the first of them makes the call reject. So no list is short
 * without a word.
 */
export type FailedMessages = Map<string, MailError>;

/** @throws {MailError} the first of the failures, where the caller has no place for them */
export function reportFailed(failures: FailedMessages, failed: FailedMessages | undefined): void {
  for (const [id, error] of failures) {
    if (!failed) throw error;
    failed.set(id, error);
  }
}

/**
 * For a message that the server has and did not give: a refusal is never absence.
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
  );
