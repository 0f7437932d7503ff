import type { MailError } from '../errors';
import type { ChangesOptions, Cursor, FolderChanges } from './changes';
import type { FailedMessages } from './failed-messages';
import type { FolderClient } from './folder';
import type { AttachmentDownload, AttachmentInfo, Message, MessageDownload } from './message';
import type { FailedFolders, MessageSearch } from './message-search';
import type { OutgoingMessage, SavedDraft, SendOptions, SentMessage } from './outgoing';
import type { MessageQuery, FetchOptions } from './query';
import type { ThreadOptions, ThreadReference } from './thread';

/**
 * The results of an operation on several ids: every requested id has its result or its error. A method that returns one
 * rejects only if it has changed nothing, so that the call can be repeated.
 */
export type BatchResult<T> = Map<string, T | MailError>;

/** Where a message is after the operation. */
export interface MoveResult {
  /** Absent if the message was deleted for good. */
  folder?: string;
  /** The new id, if the server reports it. */
  id?: string;
}

/** An absent property leaves the flag unchanged. */
export interface FlagChanges {
  isRead?: boolean;
  isFlagged?: boolean;
  isAnswered?: boolean;
  /** Over IMAP, the keyword `$Forwarded`. */
  isForwarded?: boolean;
  /** Keywords (RFC 9051 section 2.3.2) or categories. */
  addKeywords?: readonly string[];
  removeKeywords?: readonly string[];
  /** Labels of Gmail, its own ones with a backslash: `\Inbox`. NOT_SUPPORTED elsewhere. */
  addLabels?: readonly string[];
  removeLabels?: readonly string[];
}

/** A message to store (RFC 5322, with CRLF). */
export interface StoredMessage {
  content: Buffer;
  marks: Omit<FlagChanges, 'addLabels' | 'removeLabels'> & { isDraft?: boolean };
  /** The received time to store; now if absent. */
  receivedAt?: Date;
}

/** An attachment as described by its message, plus the message's id. */
export interface AttachmentRequest extends AttachmentInfo {
  id: string;
}

/** The state of a folder at one moment, in a format of its protocol. A different state may mean new messages. */
export type FolderState = string;

/**
 * One open connection to one account, over any protocol. All methods reject with a MailError: NOT_SUPPORTED if the
 * protocol does not support the operation.
 *
 * A folder is given by its path, or by its special use, such as `\Sent` (see `SPECIAL_USES`).
 *
 * A client does not reconnect: once `usable` is false it stays false, and the session opens a new client.
 */
export interface MailClient extends FolderClient {
  readonly usable: boolean;

  /** Asks the server whether the connection is still alive. Answers within seconds, and never rejects. */
  check(): Promise<boolean>;

  /**
   * The newest messages that match, newest first, at most `limit`.
   *
   * @param failed collects the messages that the server has but did not return; without it, the first of them rejects
   */
  listMessages(
    folder: string,
    query: MessageQuery,
    wanted: FetchOptions,
    limit: number,
    failed?: FailedMessages,
  ): Promise<Message[]>;

  /**
   * The same for one folder or more, in one order. The search is one request for all folders where the protocol has
   * such a request, otherwise one for each. Over IMAP, the order within a folder is that of arrival there.
   *
   * @param failedFolders collects the folders that the server did not search; without it, the first of them rejects. If
   *   only one folder is named, its error always rejects.
   */
  searchMessages(
    search: MessageSearch,
    failed?: FailedMessages,
    failedFolders?: FailedFolders,
  ): Promise<Message[]>;

  /**
   * The ids of the messages that `listMessages` gives. Downloads nothing if the server itself can decide.
   *
   * @param failed collects the messages for which the match could not be decided, as for `listMessages`
   */
  findMessages(
    folder: string,
    query: MessageQuery,
    limit: number,
    failed?: FailedMessages,
  ): Promise<string[]>;

  /** The messages with these ids. */
  getMessages(ids: readonly string[], wanted: FetchOptions): Promise<BatchResult<Message>>;

  /**
   * The messages of a thread, across folders, in the order of `options`. A message that is in several folders is given
   * once.
   *
   * @param failed collects the messages that the server did not give, as for `listMessages`
   * @param failedFolders the same for folders, as for `searchMessages`
   * @throws {MailError} NOT_SUPPORTED if the server cannot find threads, INVALID_INPUT for a thread of another server
   */
  threadMessages(
    thread: ThreadReference,
    options: ThreadOptions,
    failed?: FailedMessages,
    failedFolders?: FailedFolders,
  ): Promise<Message[]>;

  /**
   * Which of these messages match, as `findMessages` decides. Messages of one folder take one command over IMAP, and as
   * few requests as possible elsewhere.
   */
  matchMessages(ids: readonly string[], query: MessageQuery): Promise<BatchResult<boolean>>;

  /** Streams one attachment, decoded. The stream must be read to its end or destroyed before the next call. */
  openAttachment(id: string, part: string): Promise<AttachmentDownload>;

  /**
   * The same for many attachments, in any order and with far fewer commands. Each request is returned with its
   * attachment or its error. An attachment must be read before the next one is requested.
   */
  openAttachments(
    requests: readonly AttachmentRequest[],
  ): AsyncIterable<[AttachmentRequest, AttachmentDownload | MailError]>;

  /** Streams a message as it is stored (RFC 5322). The same rule for the stream as in `openAttachment`. */
  openMessage(id: string): Promise<MessageDownload>;

  /**
   * The same for many messages, in any order and with far fewer commands. Each id is returned with its message or its
   * error. A message must be read before the next one is requested, because it is then destroyed.
   */
  openMessages(ids: readonly string[]): AsyncIterable<[id: string, message: MessageDownload | MailError]>;

  moveMessages(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>>;

  copyMessages(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>>;

  /**
   * Moves messages to the trash, or deletes them for good. Messages already in the trash are always deleted for good.
   */
  deleteMessages(ids: readonly string[], options: { permanently: boolean }): Promise<BatchResult<MoveResult>>;

  markMessages(ids: readonly string[], marks: FlagChanges): Promise<BatchResult<true>>;

  /** Stores a message in a folder, at most once. */
  appendMessage(folder: string, message: StoredMessage): Promise<MoveResult>;

  /**
   * Waits until the folder's state differs from `known`, for at most `timeout` milliseconds. Returns at once if `known`
   * is absent, and early if other work needs the connection.
   */
  waitForChanges(
    folder: string,
    known: FolderState | undefined,
    options: { timeout: number; signal?: AbortSignal },
  ): Promise<FolderState>;

  /** Whether `waitForChanges` hears of new mail at once (IDLE, RFC 2177). Otherwise it asks again and again. */
  readonly notifies: boolean;

  /**
   * The messages that arrived in a folder since `cursor`: new ones and those moved in. Changed flags are no arrival, and
   * a message that was deleted again may be missing. Without a cursor, the position now, and nothing has arrived: cheap
   * even in a large folder.
   *
   * A cursor that cannot be used gives `restarted`, whatever is wrong with it.
   */
  changesSince(folder: string, cursor: Cursor | undefined, options: ChangesOptions): Promise<FolderChanges>;

  /**
   * Sends a message, at most once. Does not fail if the copy could not be saved, because the message itself is sent.
   *
   * @throws {MailError} INVALID_INPUT, SEND_REFUSED, SEND_UNCERTAIN, or why the server could not be reached
   */
  send(message: OutgoingMessage, options: SendOptions): Promise<SentMessage>;

  /** @throws {MailError} NOT_SUPPORTED if the protocol keeps no drafts */
  assertKeepsDrafts(): void;

  /** Saves a message in the folder for drafts. It replaces the draft with the id `replaces`, if given. */
  saveDraft(message: OutgoingMessage, options?: { replaces?: string }): Promise<SavedDraft>;

  /** Sends a draft as it is stored, to the recipients in it, and removes it from the drafts folder. As for `send`. */
  sendDraft(id: string, options: SendOptions): Promise<SentMessage>;

  /** Logs out and closes. Never rejects, and takes at most a few seconds. */
  close(): Promise<void>;
}
