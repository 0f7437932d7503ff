import type { AttachmentRequest, FolderState, BatchResult, MoveResult } from '../model/client';
import { isMailError, type MailError } from '../errors';
import { PROTOCOLS } from '../account/providers';
import type { ChangesOptions, Cursor, FolderChanges } from '../model/changes';
import type { FailedMessages } from '../model/failed-messages';
import { FolderClient, isInbox, withoutCounts, type Folder } from '../model/folder';
import { compose } from '../mime/compose';
import type { AttachmentDownload, Message, MessageDownload } from '../model/message';
import type { OutgoingMessage, SentMessage } from '../model/outgoing';
import type { MessageSearch } from '../model/message-search';
import type { MessageQuery, FetchOptions } from '../model/query';
import type { ThreadOptions, ThreadReference } from '../model/thread';
import { openSequentially } from '../async/open-sequentially';
import type { MailServerSessionSettings } from '../account/session-settings';
import type { Submission } from '../model/submission';
import type { CountedClient } from '../model/counted-client';
import type { Traffic } from '../net/traffic';
import { PopChanges } from './changes';
import { deleteMessages } from './delete';
import { popCannot } from './errors';
import { assertInbox, inbox } from './inbox';
import { findMessages, getMessages, listMessages, matchMessages, searchMessages } from './list';
import { Maildrop } from './maildrop';
import { waitForChanges } from './wait-for-changes';
import { openAttachment, openAttachments, openMessage } from './source';
import { threadMessages } from './thread';

/** Providers count logins, and Gmail refuses them if they are too frequent. Milliseconds. */
const POLL_INTERVAL = 30_000;

/** Mail over POP3 (RFC 1939): one folder, whose messages can only be read and deleted for good. */
export class Pop3Client extends FolderClient implements CountedClient {
  readonly protocol = PROTOCOLS.pop3.name;
  // Private at runtime too, not only for TypeScript: the maildrop holds the login.
  readonly #maildrop: Maildrop;
  readonly #changes: PopChanges;
  readonly #submission: Submission;

  private constructor(
    maildrop: Maildrop,
    submission: Submission,
    private readonly pollInterval: number,
  ) {
    super();
    this.#maildrop = maildrop;
    this.#changes = new PopChanges(maildrop);
    this.#submission = submission;
  }

  /**
   * @param submission sends mail, which POP3 itself cannot do
   * @param signal cancels the login
   * @throws {MailError}
   */
  static async open(
    settings: MailServerSessionSettings,
    submission: Submission,
    signal?: AbortSignal,
    pollInterval = POLL_INTERVAL,
  ): Promise<Pop3Client> {
    return new Pop3Client(await Maildrop.open(settings, signal), submission, pollInterval);
  }

  get usable(): boolean {
    return this.#maildrop.usable;
  }

  get traffic(): Traffic {
    return this.#maildrop.traffic;
  }

  async check(): Promise<boolean> {
    return await this.#maildrop.check();
  }

  async listMessages(
    folder: string,
    query: MessageQuery,
    wanted: FetchOptions,
    limit: number,
    failed?: FailedMessages,
  ): Promise<Message[]> {
    return await listMessages(this.#maildrop, folder, query, wanted, limit, failed);
  }

  async searchMessages(search: MessageSearch, failed?: FailedMessages): Promise<Message[]> {
    return await searchMessages(this.#maildrop, search, failed);
  }

  async findMessages(
    folder: string,
    query: MessageQuery,
    limit: number,
    failed?: FailedMessages,
  ): Promise<string[]> {
    return await findMessages(this.#maildrop, folder, query, limit, failed);
  }

  async getMessages(ids: readonly string[], wanted: FetchOptions): Promise<BatchResult<Message>> {
    return await getMessages(this.#maildrop, ids, wanted);
  }

  async threadMessages(
    thread: ThreadReference,
    options: ThreadOptions,
    failed?: FailedMessages,
  ): Promise<Message[]> {
    return await threadMessages(this.#maildrop, thread, options, failed);
  }

  async openAttachment(id: string, part: string): Promise<AttachmentDownload> {
    return await openAttachment(this.#maildrop, id, part);
  }

  openAttachments(
    requests: readonly AttachmentRequest[],
  ): AsyncIterable<[AttachmentRequest, AttachmentDownload | MailError]> {
    return openAttachments(this.#maildrop, requests);
  }

  async openMessage(id: string): Promise<MessageDownload> {
    return await openMessage(this.#maildrop, id);
  }

  openMessages(ids: readonly string[]): AsyncIterable<[id: string, message: MessageDownload | MailError]> {
    return openSequentially(ids, async (id) => await this.openMessage(id));
  }

  async deleteMessages(
    ids: readonly string[],
    options: { permanently: boolean },
  ): Promise<BatchResult<MoveResult>> {
    return await deleteMessages(this.#maildrop, ids, options);
  }

  async waitForChanges(
    folder: string,
    known: FolderState | undefined,
    options: { timeout: number; signal?: AbortSignal },
  ): Promise<FolderState> {
    const { pollInterval } = this;
    return await waitForChanges(this.#maildrop, folder, known, { ...options, pollInterval });
  }

  readonly notifies = false;

  async changesSince(
    folder: string,
    cursor: Cursor | undefined,
    options: ChangesOptions,
  ): Promise<FolderChanges> {
    return await this.#changes.since(folder, cursor, options);
  }

  async matchMessages(ids: readonly string[], query: MessageQuery): Promise<BatchResult<boolean>> {
    return await matchMessages(this.#maildrop, ids, query);
  }

  async listFolders({ counts }: { counts: boolean }): Promise<Folder[]> {
    const folder = await this.counted();
    return [counts ? folder : withoutCounts(folder)];
  }

  async getFolder(folder: string): Promise<Folder | undefined> {
    return isInbox(folder) ? await this.counted() : undefined;
  }

  async emptyFolder(folder: string): Promise<number> {
    assertInbox(folder);
    const ids = await this.findMessages(folder, {}, Infinity);
    const outcomes = await this.deleteMessages(ids, { permanently: true });
    const failed = [...outcomes.values()].find((outcome) => isMailError(outcome));
    if (failed) throw failed as MailError;
    return ids.length;
  }

  async send(message: OutgoingMessage): Promise<SentMessage> {
    const { messageId, accepted, rejected } = await this.#submission.send(compose(message), {
      keepContent: false,
    });
    const reason = 'POP3 has no folder for sent mail';
    return { messageId, accepted, rejected, sentCopy: { saved: false, reason } };
  }

  moveMessages = refuse('move messages: it has no folders');
  copyMessages = refuse('copy messages: it has no folders');
  markMessages = refuse('mark messages: it keeps no flags');
  appendMessage = refuse('store messages');
  saveDraft = refuse('keep drafts');
  sendDraft = refuse('keep drafts');

  assertKeepsDrafts(): never {
    throw popCannot('keep drafts');
  }

  async close(): Promise<void> {
    await Promise.all([this.#submission.close(), this.#maildrop.close()]);
  }

  private async counted(): Promise<Folder> {
    return await this.#maildrop.exclusively(async (connection) =>
      inbox((await this.#maildrop.entries(connection)).length),
    );
  }
}

const refuse = (what: string) => async (): Promise<never> => await Promise.reject(popCannot(what));
