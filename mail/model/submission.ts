import type { Readable } from 'node:stream';

import type { RejectedRecipient } from './outgoing';

/** A checked message, ready to be written as MIME (RFC 5322, RFC 2045) as often as it is asked for. */
export interface ComposedMessage {
  /** With its angle brackets. */
  messageId: string;
  /** Who the servers on the way are told of (RFC 5321 section 2.3.1). */
  envelope: { from: string; to: string[] };
  /** Whether an address needs a server that offers SMTPUTF8 (RFC 6531); the first such address. */
  utf8Address?: string;
  /** Whether it holds bytes beyond ASCII as they are (RFC 6152), where that is known. */
  isEightBit?: boolean;
  /** What the recipients get, so without Bcc. Always the same bytes, with CRLF. */
  open(): Readable;
  /** What the sender's own copy has before those bytes. */
  bccHeader: string;
}

/** What a server took for delivery (RFC 6409). */
export interface Submitted {
  messageId: string;
  accepted: string[];
  rejected: RejectedRecipient[];
  /** The bytes that were sent, where they were asked for. */
  content?: Buffer;
}

/** A way to send that belongs to a session whose own protocol only reads mail. */
export interface Submission {
  /**
   * Sends one message, and never twice. Concurrent calls wait for each other.
   *
   * @throws {MailError} SEND_REFUSED, and SEND_UNCERTAIN where nobody can know whether it was sent
   */
  send(message: ComposedMessage, options: { keepContent: boolean }): Promise<Submitted>;

  /** Closes, a message in transmission too. Never rejects, and never takes longer than a few seconds. */
  close(): Promise<void>;
}
