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
import { assertNoLabels } from '../model/labels';
import { reportFailed, type FailedMessages } from '../model/failed-messages';
import type { AttachmentDownload, Message, MessageDownload } from '../model/message';
import type { OutgoingMessage, SavedDraft, SendOptions, SentMessage } from '../model/outgoing';
import type { CountedClient } from '../model/counted-client';
import type { KeepableClient } from '../model/keepable';
import type { FailedFolders, MessageSearch } from '../model/message-search';
import type { MessageQuery, FetchOptions } from '../model/query';
import type { ThreadOptions, ThreadReference } from '../model/thread';
import { withDeadline } from '../async/deadline';
import { openWithin } from '../async/open-within';
import { openSequentially } from '../async/open-sequentially';
import { deleteMessages } from './delete';
import { ExchangeFolderClient } from './folder-client';
import { appendMessage, relocate } from './found-again';
import { markMessages } from './mark';
import { saveDraft, send, sendDraft } from './send';
import { changesSince } from './changes';
import { matchMessages } from './match';
import type { ExchangeParts } from './parts';
import { threadMessages } from './thread';
import { searchMessages } from './search';
import { waitForChanges } from './wait-for-changes';
import type { Traffic } from '../net/traffic';
import { CHECK_TIMEOUT } from '../net/unused-connection';

/** An Exchange mailbox, over the protocol that the parts implement. */
export abstract class ExchangeClient extends ExchangeFolderClient implements CountedClient, KeepableClient {
  // Private at runtime too, not only for TypeScript: the parts hold the login.
  readonly #parts: ExchangeParts;

  protected constructor(parts: ExchangeParts) {
    super(parts);
    this.#parts = parts;
  }

  get usable(): boolean {
    return !this.#parts.connection.closeSignal.aborted;
  }

  /** Requests are independent: after a lost connection, the next request opens a new one. */
  async check(): Promise<boolean> {
    return await Promise.resolve(this.usable);
  }

  get traffic(): Traffic {
    return this.#parts.connection.traffic;
  }

  async rest(): Promise<boolean> {
    this.#parts.folders.forget();
    return this.usable && (await this.#parts.connection.rest());
  }

  async wake(): Promise<void> {
    const { connection, folders } = this.#parts;
    await withDeadline(
      { timeout: CHECK_TIMEOUT },
      async (late) => await openWithin(connection, late, folders.login.bind(folders)),
    );
  }

  async listMessages(
    folder: string,
    query: MessageQuery,
    wanted: FetchOptions,
    limit: number,
    failed?: FailedMessages,
  ): Promise<Message[]> {
    const failures: FailedMessages = new Map();
    assertNoLabels(query);
    const found = await this.#parts.reader.list(folder, query, wanted, limit, failures);
    reportFailed(failures, failed);
    return found;
  }

  async searchMessages(
    search: MessageSearch,
    failed?: FailedMessages,
    failedFolders?: FailedFolders,
  ): Promise<Message[]> {
    const failures: FailedMessages = new Map();
    const refused: FailedFolders = new Map();
    assertNoLabels(search.query);
    const found = await searchMessages(this.#parts, search, failures, refused);
    reportFailed(failures, failed);
    reportFailed(refused, failedFolders);
    return found;
  }

  async findMessages(
    folder: string,
    query: MessageQuery,
    limit: number,
    failed?: FailedMessages,
  ): Promise<string[]> {
    const failures: FailedMessages = new Map();
    assertNoLabels(query);
    const found = await this.#parts.reader.find(folder, query, limit, failures);
    reportFailed(failures, failed);
    return found;
  }

  async getMessages(ids: readonly string[], wanted: FetchOptions): Promise<BatchResult<Message>> {
    return await this.#parts.reader.get(ids, wanted);
  }

  async threadMessages(
    thread: ThreadReference,
    options: ThreadOptions,
    failed?: FailedMessages,
  ): Promise<Message[]> {
    return await threadMessages(this.#parts, thread, options, failed);
  }

  async openAttachment(id: string, part: string): Promise<AttachmentDownload> {
    return await this.#parts.content.openAttachment(id, part);
  }

  openAttachments(
    requests: readonly AttachmentRequest[],
  ): AsyncIterable<[AttachmentRequest, AttachmentDownload | MailError]> {
    const { content } = this.#parts;
    return openSequentially(requests, async (request) => await content.openDescribed(request), content.ahead);
  }

  async openMessage(id: string): Promise<MessageDownload> {
    return await this.#parts.content.openMessage(id);
  }

  openMessages(ids: readonly string[]): AsyncIterable<[id: string, message: MessageDownload | MailError]> {
    const { content } = this.#parts;
    return openSequentially(ids, async (id) => await content.openMessage(id), content.ahead);
  }

  async moveMessages(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>> {
    return await relocate(this.#parts, 'move', ids, folder);
  }

  async copyMessages(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>> {
    return await relocate(this.#parts, 'copy', ids, folder);
  }

  async deleteMessages(
    ids: readonly string[],
    options: { permanently: boolean },
  ): Promise<BatchResult<MoveResult>> {
    return await deleteMessages(this.#parts, ids, options);
  }

  async markMessages(ids: readonly string[], marks: FlagChanges): Promise<BatchResult<true>> {
    assertNoLabels(marks);
    return await markMessages(this.#parts.changer, ids, marks);
  }

  async appendMessage(folder: string, message: StoredMessage): Promise<MoveResult> {
    return await appendMessage(this.#parts, folder, message);
  }

  async waitForChanges(
    folder: string,
    known: FolderState | undefined,
    { timeout, signal }: { timeout: number; signal?: AbortSignal },
  ): Promise<FolderState> {
    const { connection, reader } = this.#parts;
    const signals = [connection.closeSignal, ...(signal ? [signal] : [])];
    return await waitForChanges(async () => await reader.stateOf(folder), known, { timeout, signals });
  }

  readonly notifies = false;

  async changesSince(
    folder: string,
    cursor: Cursor | undefined,
    options: ChangesOptions,
  ): Promise<FolderChanges> {
    const { changes, folders, reader } = this.#parts;
    return await changesSince({ changes, folders, reader }, folder, cursor, options);
  }

  async matchMessages(ids: readonly string[], query: MessageQuery): Promise<BatchResult<boolean>> {
    assertNoLabels(query);
    return await matchMessages(this.#parts.reader, ids, query);
  }

  async send(message: OutgoingMessage, options: SendOptions): Promise<SentMessage> {
    return await send(this.#parts, message, options);
  }

  assertKeepsDrafts(): void {}

  async saveDraft(message: OutgoingMessage, options: { replaces?: string } = {}): Promise<SavedDraft> {
    return await saveDraft(this.#parts, message, options);
  }

  async sendDraft(id: string, options: SendOptions): Promise<SentMessage> {
    return await sendDraft(this.#parts, id, options);
  }

  async close(): Promise<void> {
    this.#parts.connection.close();
    await Promise.resolve();
  }
}
