/** What went wrong, independent of protocol. Callers branch on this, never on a message's text. */
export type MailErrorCode =
  | 'INVALID_INPUT'
  | 'HOST_NOT_FOUND'
  | 'CONNECTION_REFUSED'
  | 'CONNECT_TIMEOUT'
  | 'COMMAND_TIMEOUT'
  | 'CONNECTION_LOST'
  | 'CONNECTION_LIMIT'
  | 'CERTIFICATE_UNTRUSTED'
  | 'TLS_FAILED'
  | 'STARTTLS_UNAVAILABLE'
  | 'NOT_A_MAIL_SERVER'
  | 'OUTBOUND_BLOCKED'
  | 'AUTHENTICATION_FAILED'
  | 'TOKEN_REFUSED'
  | 'RECONNECT_NEEDED'
  | 'TOKEN_UNAVAILABLE'
  | 'SEND_REFUSED'
  | 'SEND_UNCERTAIN'
  | 'FOLDER_NOT_FOUND'
  | 'FOLDER_EXISTS'
  | 'MESSAGE_NOT_FOUND'
  | 'ACCESS_DENIED'
  | 'SERVER_REFUSED'
  | 'NOT_SUPPORTED'
  | 'CHANGE_UNCERTAIN'
  | 'CONFLICT'
  | 'WAIT_TIMEOUT'
  | 'SESSION_CLOSED'
  | 'SESSION_UNKNOWN'
  | 'SESSION_NAME_IN_USE';

/**
 * The one error type of this package. `message` says what happened, `description` what to do about it.
 *
 * It never keeps the library's own error as `cause`: those carry commands and server responses, and n8n
 * stores an error with everything it can reach.
 */
export class MailError extends Error {
  override readonly name = 'MailError';

  constructor(
    readonly code: MailErrorCode,
    message: string,
    readonly description: string,
  ) {
    super(message);
  }
}

// By name and not by class: a package that imports our public entry may bring a second copy of the class.
export const isMailError = (error: unknown, ...codes: MailErrorCode[]): error is MailError =>
  error instanceof Error &&
  error.name === 'MailError' &&
  (codes.length === 0 || codes.includes((error as MailError).code));

/** For input that a person or an expression gave: names the field, what is wrong with it and what it should be. */
export const invalidInput = (field: string, problem: string, remedy: string): MailError =>
  new MailError('INVALID_INPUT', `${field}: ${problem}`, remedy);
