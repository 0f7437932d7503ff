/**
 * Whether repeating the call can help:
 * - `later`: the cause may be temporary. The request was not carried out.
 * - `no`: it will fail again until a parameter, the credential or the account is changed.
 * - `check`: it is unknown whether the request was carried out. Check first, or it may be done twice.
 */
export type Retry = 'later' | 'no' | 'check';

/** Every code of a MailError, the same for all protocols. docs/errors.md shows this table. */
export const MAIL_ERROR_CODES = {
  INVALID_INPUT: {
    meaning: 'A parameter, an option or a field of the credential cannot be used. The message names it.',
    retry: 'no',
  },
  HOST_NOT_FOUND: {
    meaning: 'The name of the server was not found, or could not be looked up.',
    retry: 'later',
  },
  CONNECTION_REFUSED: {
    meaning: 'The server could not be reached, or it refused the connection.',
    retry: 'later',
  },
  CONNECT_TIMEOUT: { meaning: 'Connecting and logging in took too long.', retry: 'later' },
  COMMAND_TIMEOUT: {
    meaning: 'The server did not answer in time, or the session was busy with other work for too long.',
    retry: 'later',
  },
  CONNECTION_LOST: { meaning: 'The connection ended in the middle of the work.', retry: 'later' },
  CONNECTION_LIMIT: { meaning: 'All connections that the account may have are in use.', retry: 'later' },
  CERTIFICATE_UNTRUSTED: { meaning: 'The certificate of the server is not trusted.', retry: 'no' },
  TLS_FAILED: {
    meaning: 'The server and n8n could not agree on encryption, or the port is not encrypted.',
    retry: 'no',
  },
  STARTTLS_UNAVAILABLE: { meaning: 'The server does not offer STARTTLS.', retry: 'no' },
  NOT_A_MAIL_SERVER: {
    meaning: 'Something else answers at this address, such as another protocol or a web page.',
    retry: 'no',
  },
  OUTBOUND_BLOCKED: {
    meaning: 'The outbound rules of this n8n do not allow the connection.',
    retry: 'no',
  },
  AUTHENTICATION_FAILED: { meaning: 'The server refused the login.', retry: 'no' },
  TOKEN_REFUSED: { meaning: 'The identity provider gives no token for this credential.', retry: 'no' },
  RECONNECT_NEEDED: {
    meaning: 'The credential is not connected to an account, or no longer connected.',
    retry: 'no',
  },
  TOKEN_UNAVAILABLE: {
    meaning: 'The identity provider could not be reached, or failed.',
    retry: 'later',
  },
  SEND_REFUSED: {
    meaning: 'The server refused the message, its sender or its recipients. It was not sent.',
    retry: 'later',
  },
  SEND_UNCERTAIN: {
    meaning: 'The connection ended while the message was being sent, so it may have been sent.',
    retry: 'check',
  },
  FOLDER_NOT_FOUND: { meaning: 'There is no folder with this name or use.', retry: 'no' },
  FOLDER_EXISTS: { meaning: 'A folder with this name already exists.', retry: 'no' },
  MESSAGE_NOT_FOUND: {
    meaning: 'There is no message or attachment with this ID: it was moved or deleted.',
    retry: 'no',
  },
  MESSAGE_UNREADABLE: {
    meaning: 'A bug of this package keeps it from reading this message. Please report it.',
    retry: 'no',
  },
  ACCESS_DENIED: {
    meaning: 'The account is not allowed to do this, at least not in this mailbox.',
    retry: 'no',
  },
  SERVER_REFUSED: {
    meaning: 'The server refused for another reason, such as too many requests. The message says why.',
    retry: 'later',
  },
  NOT_SUPPORTED: { meaning: 'The protocol or the server cannot do this.', retry: 'no' },
  CHANGE_UNCERTAIN: {
    meaning: 'The connection ended during a change, so all or part of it may be done.',
    retry: 'check',
  },
  CONFLICT: {
    meaning: 'Someone else changed the message or the folder at the same time, so it was not changed.',
    retry: 'later',
  },
  WAIT_TIMEOUT: { meaning: 'No matching message arrived in time.', retry: 'later' },
  SESSION_CLOSED: {
    meaning: 'The session was closed, or the workflow run is over.',
    retry: 'no',
  },
  SESSION_UNKNOWN: { meaning: 'The workflow run has no session with this name.', retry: 'no' },
  SESSION_NAME_IN_USE: {
    meaning: 'The workflow run already has another session with this name.',
    retry: 'no',
  },
} as const satisfies Readonly<Record<string, { meaning: string; retry: Retry }>>;

/** What went wrong, independent of the protocol. Callers branch on this, never on a message's text. */
export type MailErrorCode = keyof typeof MAIL_ERROR_CODES;

/**
 * The only error type of this package. `message` says what happened, `description` what to do about it.
 *
 * It never keeps a library's error as `cause`: these contain commands and server responses, and n8n stores an error
 * with everything that it references.
 */
export class MailError extends Error {
  override readonly name = 'MailError';

  constructor(
    readonly code: MailErrorCode,
    message: string,
    readonly description: string,
    /**
     * Present if the server says that this is temporary: the milliseconds after which it asks to be asked again, or 0 if
     * it names no time.
     */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

// By name, not by class: a package that imports our public entry may load a second copy of the class.
export const isMailError = (error: unknown, ...codes: MailErrorCode[]): error is MailError =>
  error instanceof Error &&
  error.name === 'MailError' &&
  (codes.length === 0 || codes.includes((error as MailError).code));

/** Whether an error can only come from a bug. Whatever else a network, a server or a library reports is none. */
export const isProgrammingError = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

/** The remedy if only IMAP supports something. */
export const USE_IMAP =
  'Set "Protocol" of Email Connect to "IMAP" if the account has it: the rest of the workflow stays as it is.';

/**
 * The error for something that a protocol or a server does not support.
 *
 * @param name of the protocol or the server: `POP3`
 * @param what it cannot do, to follow "cannot": `move messages: it has no folders`
 */
export const notSupported = (name: string, what: string, remedy: string): MailError =>
  new MailError('NOT_SUPPORTED', `${name} cannot ${what}`, remedy);

/** The remedy for a value that a field does not offer. The editor shows names; only an expression has to know the values. */
export const chooseOneOf = (values: readonly string[]): string =>
  `Choose from the list. An expression may give: ${values.join(', ')}.`;

/** The error for invalid input from a user or an expression. It names the field, the problem and how to fix it. */
export const invalidInput = (field: string, problem: string, remedy: string): MailError =>
  new MailError('INVALID_INPUT', `${field}: ${problem}`, remedy);
