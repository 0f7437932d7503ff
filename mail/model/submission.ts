import type { Readable } from 'node:stream';

import type { RejectedRecipient } from './outgoing';

/** A validated message that can be written as MIME (RFC 5322, RFC 2045) any number of times. */
export interface ComposedMessage {
  /** With its angle brackets. */
  messageId: string;
  /** The SMTP envelope (RFC 5321 section 2.3.1). */
  envelope: { from: string; to: string[] };
  /** The first address that requires a server with SMTPUTF8 (RFC 6531), if there is one. */
  utf8Address?: string;
  /** Whether it contains unencoded non-ASCII bytes (RFC 6152), if known. */
  isEightBit?: boolean;
  /** The message for the recipients, without Bcc. Always the same bytes, with CRLF. */
  open(): Readable;
  /** The Bcc header, which precedes those bytes in the sender's own copy. */
  bccHeader: string;
}

/** The result of a submission (RFC 6409). */
export interface Submitted {
  messageId: string;
  accepted: string[];
  rejected: RejectedRecipient[];
  /** The bytes that were sent, if requested. */
  content?: Buffer;
}

/** A way to send mail for a session whose own protocol can only read it. */
export interface Submission {
  /**
   * Sends one message, at most once. Concurrent calls wait for each other.
   *
   * @throws {MailError} SEND_REFUSED, or SEND_UNCERTAIN if it is unknown whether the message was sent
   */
  send(message: ComposedMessage, options: { keepContent: boolean }): Promise<Submitted>;

  /** Ends what belongs to the session. The connection is kept, but no longer keeps the process alive. */
  rest?(): void;

  /** Closes the connection, even during a transmission. Never rejects, and takes at most a few seconds. */
  close(): Promise<void>;
}
