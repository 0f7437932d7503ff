import type { ComposedMessage } from './message/compose';
import type { RejectedRecipient } from './message/outgoing';

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
