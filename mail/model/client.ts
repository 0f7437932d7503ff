import type { MailError } from '../errors';
import type { FailedMessages } from './failed-messages';
import type { FolderClient } from './folder';
import type { AttachmentDownload, AttachmentInfo, Message, MessageDownload } from './message';
import type { OutgoingMessage, SavedDraft, SendOptions, SentMessage } from './outgoing';
import type { MessageQuery, FetchOptions } from './query';

/**
 * What became of each of many: every id that was asked for has its result, or the error that says why it has
 * none. A method that gives outcomes rejects only where it has changed nothing, so that it may be called again.
 */
export type BatchResult<T> = Map<string, T | MailError>;

/** Where a message is now. */
export interface MoveResult {
  /** Absent where the message is gone for good. */
  folder?: string;
  /** Its new id, where the server tells it. */
  id?: string;
}

/** Absent means: leave it as it is. */
export interface FlagChanges {
  isRead?: boolean;
  isFlagged?: boolean;
  isAnswered?: boolean;
  /** Over IMAP the keyword `$Forwarded`. */
  isForwarded?: boolean;
  /** Keywords (RFC 9051 section 2.3.2) or categories. */
  addKeywords?: readonly string[];
  removeKeywords?: readonly string[];
}

/** A message as it is to be stored (RFC 5322, with CRLF). */
export interface StoredMessage {
  content: Buffer;
  marks: FlagChanges & { isDraft?: boolean };
  /** When the server is to say that it was received; now where absent. */
  receivedAt?: Date;
}

/** An attachment as its message describes it, and the message's id. */
export interface AttachmentRequest extends AttachmentInfo {
  id: string;
}

/** What a folder was at a time, in the words of its protocol. Two that differ may mean new messages. */
export type FolderState = string;

/**
 * One open connection to one account, whatever the protocol. All methods reject with a MailError:
 * NOT_SUPPORTED where the protocol has no such thing.
 *
 * A folder is named by its path, or by its use as `\Sent` (see `SPECIAL_USES`).
 *
 * A client does not mend itself: once `usable` is false it stays so, and the session opens another one.
 */
export interface MailClient extends FolderClient {
  readonly usable: boolean;

  /** Asks the server whether the connection still stands; answers within seconds, and never rejects. */
  check(): Promise<boolean>;

  /**
   * The newest messages that match, newest first, at most `limit`.
   *
   * @param failed takes the messages that the server has and did not give; without it the first of them rejects
   */
  listMessages(
    folder: string,
    query: MessageQuery,
    wanted: FetchOptions,
    limit: number,
    failed?: FailedMessages,
  ): Promise<Message[]>;

  /**
   * The ids of the same messages. Nothing of them is downloaded where the server itself can tell.
   *
   * @param failed takes the messages of which nobody can tell whether they match, as for `listMessages`
   */
  findMessages(
    folder: string,
    query: MessageQuery,
    limit: number,
    failed?: FailedMessages,
  ): Promise<string[]>;

  /** The messages with these ids. */
  getMessages(ids: readonly string[], wanted: FetchOptions): Promise<BatchResult<Message>>;

  /** Streams one attachment, decoded. The stream must be read to its end or destroyed before the next call. */
  openAttachment(id: string, part: string): Promise<AttachmentDownload>;

  /**
   * The same for many, in any order and in far fewer commands. Each request comes with its attachment, or with the
   * error that says why it has none. An attachment must be read before the next one is asked for.
   */
  openAttachments(
    requests: readonly AttachmentRequest[],
  ): AsyncIterable<[AttachmentRequest, AttachmentDownload | MailError]>;

  /** Streams a message as it is stored (RFC 5322). As for `openAttachment`. */
  openMessage(id: string): Promise<MessageDownload>;

  /**
   * The same for many messages, in any order and in far fewer commands. Each id comes with its message, or with the
   * error that says why it has none. A message must be read before the next one is asked for: it is destroyed then.
   */
  openMessages(ids: readonly string[]): AsyncIterable<[id: string, message: MessageDownload | MailError]>;

  moveMessages(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>>;

  copyMessages(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>>;

  /** Moves to the trash, or deletes for good: what is in the trash already, too. */
  deleteMessages(ids: readonly string[], options: { permanently: boolean }): Promise<BatchResult<MoveResult>>;

  markMessages(ids: readonly string[], marks: FlagChanges): Promise<BatchResult<true>>;

  /** Puts a message into a folder, once. */
  appendMessage(folder: string, message: StoredMessage): Promise<MoveResult>;

  /**
   * Waits until the folder's state is another than `known`, but at most `timeout` milliseconds; answers at once
   * where `known` is absent. Other work on this client waits meanwhile.
   */
  waitForChanges(
    folder: string,
    known: FolderState | undefined,
    options: { timeout: number; signal?: AbortSignal },
  ): Promise<FolderState>;

  /**
   * Sends a message, once. A copy that could not be saved does not make it fail: the message is sent.
   *
   * @throws {MailError} INVALID_INPUT, SEND_REFUSED, SEND_UNCERTAIN, or why the server could not be reached
   */
  send(message: OutgoingMessage, options: SendOptions): Promise<SentMessage>;

  /** Saves a message in the folder for drafts; in place of the draft with the id `replaces`, if given. */
  saveDraft(message: OutgoingMessage, options?: { replaces?: string }): Promise<SavedDraft>;

  /** Sends a draft as it is stored, to the recipients in it, and removes it from the drafts. As for `send`. */
  sendDraft(id: string, options: SendOptions): Promise<SentMessage>;

  /** Says goodbye and closes. Never rejects, and never takes longer than a few seconds. */
  close(): Promise<void>;
}
