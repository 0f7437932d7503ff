import type {
  AttachmentRequest,
  FolderState,
  FlagChanges,
  BatchResult,
  MoveResult,
  StoredMessage,
} from '../model/client';
import type { MailError } from '../errors';
import type { ChangesOptions, Cursor, FolderChanges } from '../model/changes';
import type { FailedMessages } from '../model/failed-messages';
import { compose } from '../mime/compose';
import type { AttachmentDownload, Message, MessageDownload } from '../model/message';
import type { OutgoingMessage, SavedDraft, SendOptions, SentMessage } from '../model/outgoing';
import type { CountedClient } from '../model/counted-client';
import type { KeepableClient } from '../model/keepable';
import type { FailedFolders, MessageSearch } from '../model/message-search';
import type { MessageQuery, FetchOptions } from '../model/query';
import type { ThreadOptions, ThreadReference } from '../model/thread';
import type { MailServerSessionSettings } from '../account/session-settings';
import type { Submission } from '../model/submission';
import type { Traffic } from '../net/traffic';
import { SentFolder, reasonNotToSave } from './sent-copy';
import { openAttachment } from './attachment';
import { openAttachments } from './attachments';
import { changesSince } from './changes';
import { ImapConnection } from './connection';
import { deleteMessages } from './delete';
import { saveDraft, sendDraft } from './drafts';
import { offers } from './exec-or-throw';
import { ImapFolderClient } from './folder-client';
import { getMessages } from './get';
import { findMessages, listMessages } from './list';
import { markMessages } from './mark';
import { matchMessages } from './match';
import { searchMessages } from './search-folders';
import { waitForChanges } from './wait-for-changes';
import { copyMessages, moveMessages } from './move';
import { openMessage, openMessages } from './source';
import { threadMessages } from './thread';
import { appendMessage } from './append';

/** Mail over IMAP (RFC 9051, and servers of RFC 3501), on imapflow. */
export class ImapClient extends ImapFolderClient implements CountedClient, KeepableClient {
  // Private at runtime too, not only for TypeScript: imapflow holds the login.
  readonly #connection: ImapConnection;
  readonly #submission: Submission;
  readonly #sentFolder: SentFolder;

  private constructor(connection: ImapConnection, submission: Submission) {
    super(connection);
    this.#connection = connection;
    this.#submission = submission;
    this.#sentFolder = new SentFolder(connection);
  }

  /**
   * @param submission sends mail, which IMAP itself cannot do
   * @param signal cancels the login
   * @throws {MailError}
   */
  static async open(
    settings: MailServerSessionSettings,
    submission: Submission,
    signal?: AbortSignal,
  ): Promise<ImapClient> {
    return new ImapClient(await ImapConnection.open(settings, signal), submission);
  }

  get usable(): boolean {
    return this.#connection.usable;
  }

  get traffic(): Traffic {
    return this.#connection.traffic;
  }

  async check(): Promise<boolean> {
    return await this.#connection.check();
  }

  async rest(): Promise<boolean> {
    this.#submission.rest?.();
    return await this.#connection.rest();
  }

  async wake(): Promise<void> {
    await this.#connection.wake();
  }

  async listMessages(
    folder: string,
    query: MessageQuery,
    wanted: FetchOptions,
    limit: number,
    failed?: FailedMessages,
  ): Promise<Message[]> {
    return await listMessages(this.#connection, folder, query, wanted, limit, failed);
  }

  async searchMessages(
    search: MessageSearch,
    failed?: FailedMessages,
    failedFolders?: FailedFolders,
  ): Promise<Message[]> {
    return await searchMessages(this.#connection, search, failed, failedFolders);
  }

  async findMessages(
    folder: string,
    query: MessageQuery,
    limit: number,
    failed?: FailedMessages,
  ): Promise<string[]> {
    return await findMessages(this.#connection, folder, query, limit, failed);
  }

  async getMessages(ids: readonly string[], wanted: FetchOptions): Promise<BatchResult<Message>> {
    return await getMessages(this.#connection, ids, wanted);
  }

  async threadMessages(
    thread: ThreadReference,
    options: ThreadOptions,
    failed?: FailedMessages,
    failedFolders?: FailedFolders,
  ): Promise<Message[]> {
    return await threadMessages(this.#connection, thread, options, failed, failedFolders);
  }

  async openAttachment(id: string, part: string): Promise<AttachmentDownload> {
    return await openAttachment(this.#connection, id, part);
  }

  openAttachments(
    requests: readonly AttachmentRequest[],
  ): AsyncIterable<[AttachmentRequest, AttachmentDownload | MailError]> {
    return openAttachments(this.#connection, requests);
  }

  async openMessage(id: string): Promise<MessageDownload> {
    return await openMessage(this.#connection, id);
  }

  openMessages(ids: readonly string[]): AsyncIterable<[id: string, message: MessageDownload | MailError]> {
    return openMessages(this.#connection, ids);
  }

  async moveMessages(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>> {
    return await moveMessages(this.#connection, ids, folder);
  }

  async copyMessages(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>> {
    return await copyMessages(this.#connection, ids, folder);
  }

  async deleteMessages(
    ids: readonly string[],
    options: { permanently: boolean },
  ): Promise<BatchResult<MoveResult>> {
    return await deleteMessages(this.#connection, ids, options);
  }

  async markMessages(ids: readonly string[], marks: FlagChanges): Promise<BatchResult<true>> {
    return await markMessages(this.#connection, ids, marks);
  }

  async appendMessage(folder: string, message: StoredMessage): Promise<MoveResult> {
    return await appendMessage(this.#connection, folder, message);
  }

  async waitForChanges(
    folder: string,
    known: FolderState | undefined,
    options: { timeout: number; signal?: AbortSignal },
  ): Promise<FolderState> {
    return await waitForChanges(this.#connection, folder, known, options);
  }

  get notifies(): boolean {
    return offers(this.#connection.flow, 'IDLE');
  }

  async changesSince(
    folder: string,
    cursor: Cursor | undefined,
    options: ChangesOptions,
  ): Promise<FolderChanges> {
    return await changesSince(this.#connection, folder, cursor, options);
  }

  async matchMessages(ids: readonly string[], query: MessageQuery): Promise<BatchResult<boolean>> {
    return await matchMessages(this.#connection, ids, query);
  }

  async send(message: OutgoingMessage, { saveToSent }: SendOptions): Promise<SentMessage> {
    const composed = compose(message);
    const notSaved = reasonNotToSave(saveToSent, this.#connection.settings);
    const { content, ...sent } = await this.#submission.send(composed, { keepContent: !notSaved });
    const sentCopy = content
      ? await this.#sentFolder.save(Buffer.concat([Buffer.from(composed.bccHeader), content]))
      : { saved: false, reason: notSaved };
    return { ...sent, sentCopy };
  }

  assertKeepsDrafts(): void {}

  async saveDraft(message: OutgoingMessage, options: { replaces?: string } = {}): Promise<SavedDraft> {
    return await saveDraft(this.#connection, message, options);
  }

  async sendDraft(id: string, { saveToSent }: SendOptions): Promise<SentMessage> {
    return await sendDraft(this.#connection, this.#submission, this.#sentFolder, id, saveToSent);
  }

  async close(): Promise<void> {
    this.#sentFolder.close();
    await Promise.all([this.#submission.close(), this.#connection.close()]);
  }
}
