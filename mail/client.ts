import type { MailError } from './errors';
import type { AttachmentDownload, Message } from './message/message';
import type { OutgoingMessage, SendOptions, SentMessage } from './message/outgoing';
import type { MessageQuery, Wanted } from './message/query';

/**
 * One open connection to one account, whatever the protocol. All methods reject with a MailError.
 *
 * A client does not mend itself: once `usable` is false it stays so, and the session opens another one.
 */
export interface MailClient {
  readonly usable: boolean;

  /** Asks the server whether the connection still stands; answers within seconds, and never rejects. */
  check(): Promise<boolean>;

  /** The newest messages that match, newest first, at most `limit`. */
  listMessages(folder: string, query: MessageQuery, wanted: Wanted, limit: number): Promise<Message[]>;

  /** The messages with these ids: every id gets its message, or the error that says why there is none. */
  getMessages(ids: readonly string[], wanted: Wanted): Promise<Map<string, Message | MailError>>;

  /** Streams one attachment, decoded. The stream must be read to its end or destroyed before the next call. */
  openAttachment(id: string, part: string): Promise<AttachmentDownload>;

  /**
   * Sends a message, once. A copy that could not be saved does not make it fail: the message is sent.
   *
   * @throws {MailError} INVALID_INPUT, SEND_REFUSED, SEND_UNCERTAIN, or why the server could not be reached
   */
  send(message: OutgoingMessage, options: SendOptions): Promise<SentMessage>;

  /** Says goodbye and closes. Never rejects, and never takes longer than a few seconds. */
  close(): Promise<void>;
}
