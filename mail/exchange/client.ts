import type {
  AttachmentRequest,
  FolderState,
  FlagChanges,
  BatchResult,
  MoveResult,
  StoredMessage,
} from '../model/client';
import { assertDraft, bothKept } from '../model/drafts';
import { isMailError, type MailError } from '../errors';
import type { ChangesOptions, Cursor, FolderChanges } from '../model/changes';
import { assertNoLabels } from '../model/labels';
import { reportFailed, type FailedMessages } from '../model/failed-messages';
import { FolderClient, withoutCounts, type Folder } from '../model/folder';
import type { AttachmentDownload, Message, MessageDownload } from '../model/message';
import type { OutgoingMessage, SavedDraft, SendOptions, SentCopy, SentMessage } from '../model/outgoing';
import type { CountedClient } from '../model/counted-client';
import type { KeepableClient } from '../model/keepable';
import type { FailedFolders, MessageSearch } from '../model/message-search';
import type { MessageQuery, FetchOptions } from '../model/query';
import type { ThreadOptions, ThreadReference } from '../model/thread';
import { withDeadline } from '../async/deadline';
import { openWithin } from '../async/open-within';
import { openSequentially } from '../async/open-sequentially';
import type { FolderEntry } from './folder-tree';
import { changesSince } from './changes';
import { findInTrash } from './in-trash';
import { matchMessages } from './match';
import type { ExchangeParts } from './parts';
import { threadMessages } from './thread';
import { searchMessages } from './search';
import { waitForChanges } from './wait-for-changes';
import { afterLoss } from './batch-result';
import type { Traffic } from '../net/traffic';
import { CHECK_TIMEOUT } from '../net/unused-connection';

const NOT_THERE = ['FOLDER_NOT_FOUND', 'MESSAGE_NOT_FOUND'] as const;

/** An Exchange mailbox, over the protocol that the parts implement. */
export abstract class ExchangeClient extends FolderClient implements CountedClient, KeepableClient {
  // Private at runtime too, not only for TypeScript: the parts hold the login.
  readonly #parts: ExchangeParts;

  protected constructor(parts: ExchangeParts) {
    super();
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
    return await this.relocate('move', ids, folder);
  }

  async copyMessages(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>> {
    return await this.relocate('copy', ids, folder);
  }

  async deleteMessages(
    ids: readonly string[],
    { permanently }: { permanently: boolean },
  ): Promise<BatchResult<MoveResult>> {
    const { changer } = this.#parts;
    if (permanently) return await changer.delete(ids);
    const { inTrash: there, refused } = await findInTrash(this.#parts, ids);
    const inTrash = ids.filter((id) => there.has(id));
    const others = ids.filter((id) => !there.has(id) && !refused.has(id));
    const moved: BatchResult<MoveResult> =
      others.length > 0 ? await changer.move(others, '\\Trash') : new Map();
    const deleting = inTrash.length > 0 ? changer.delete(inTrash) : undefined;
    const deleted = await deleting?.catch((error: unknown) => {
      if (!isMailError(error) || moved.size === 0) throw error;
      return inTrash.map((id) => [id, afterLoss(error)] as const);
    });
    return new Map([...refused, ...moved, ...(deleted ?? [])]);
  }

  async markMessages(ids: readonly string[], marks: FlagChanges): Promise<BatchResult<true>> {
    assertNoLabels(marks);
    const { changer } = this.#parts;
    const outcomes = await changer.mark(ids, marks);
    // Marks are retried once with the current version of the message. Setting them twice is safe.
    const conflicts = [...outcomes].filter(([, one]) => isMailError(one, 'CONFLICT')).map(([id]) => id);
    if (conflicts.length === 0) return outcomes;
    const again = await changer.mark(conflicts, marks).catch((error: unknown) => {
      if (!isMailError(error)) throw error;
      return conflicts.map((id) => [id, error] as const);
    });
    return new Map([...outcomes, ...again]);
  }

  async appendMessage(folder: string, message: StoredMessage): Promise<MoveResult> {
    const { folders, store } = this.#parts;
    const known = await folders.find(folder);
    try {
      return await store.append(known, message);
    } catch (error) {
      if (!isMailError(error, ...NOT_THERE)) throw error;
      const now = await this.foundAgain(folder);
      if (now.id === known.id) throw error;
      return await store.append(now, message);
    }
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

  async listFolders({ counts }: { counts: boolean }): Promise<Folder[]> {
    this.#parts.folders.forget();
    const folders = await this.#parts.folders.list();
    return counts ? folders : folders.map(withoutCounts);
  }

  async getFolder(folder: string): Promise<Folder | undefined> {
    this.#parts.folders.forget();
    return (await this.#parts.folders.lookup(folder))?.folder;
  }

  override async createFolder(path: string): Promise<Folder> {
    return withoutCounts(await this.#parts.operations.create(path));
  }

  override async renameFolder(folder: string, newPath: string): Promise<Folder> {
    return withoutCounts(await this.#parts.operations.rename(folder, newPath));
  }

  override async deleteFolder(folder: string): Promise<void> {
    await this.#parts.operations.delete(folder);
  }

  async emptyFolder(folder: string): Promise<number> {
    return await this.#parts.operations.empty(folder);
  }

  async send(message: OutgoingMessage, options: SendOptions): Promise<SentMessage> {
    const sent = await this.#parts.sender.send(message, wantsCopy(options));
    return { ...sent, rejected: [], sentCopy: sentCopy(options) };
  }

  assertKeepsDrafts(): void {}

  async saveDraft(message: OutgoingMessage, { replaces }: { replaces?: string } = {}): Promise<SavedDraft> {
    const { folders, reader, sender } = this.#parts;
    if (replaces !== undefined) {
      const found = (await reader.get([replaces], { content: false })).get(replaces);
      await assertDraft(found, async () => (await folders.find('\\Drafts')).folder.path);
    }
    const { path } = (await folders.find('\\Drafts')).folder;
    const saved = await sender.saveDraft(message);
    if (replaces !== undefined) await this.removeReplaced(replaces);
    return { ...saved, folder: path };
  }

  async sendDraft(id: string, options: SendOptions): Promise<SentMessage> {
    const draft = await this.#parts.sender.sendDraft(id, wantsCopy(options));
    const accepted = [...draft.to, ...draft.cc, ...draft.bcc].map(({ address }) => address);
    return { messageId: draft.messageId ?? '', accepted, rejected: [], sentCopy: sentCopy(options) };
  }

  async close(): Promise<void> {
    this.#parts.connection.close();
    await Promise.resolve();
  }

  private async relocate(
    way: 'copy' | 'move',
    ids: readonly string[],
    folder: string,
  ): Promise<BatchResult<MoveResult>> {
    const { changer, folders } = this.#parts;
    const { id } = await folders.find(folder);
    const outcomes = await changer[way](ids, folder);
    // Exchange does not always say whether the message or the folder is missing.
    const isNone = outcomes.size > 0 && [...outcomes.values()].every((one) => isMailError(one, ...NOT_THERE));
    if (!isNone || (await this.foundAgain(folder)).id === id) return outcomes;
    return await changer[way](ids, folder);
  }

  /** The folder may have been deleted and created again. */
  private async foundAgain(folder: string): Promise<FolderEntry> {
    const { folders } = this.#parts;
    folders.forget();
    return await folders.find(folder);
  }

  private async removeReplaced(id: string): Promise<void> {
    const outcomes = await this.#parts.changer.delete([id]).catch((error: unknown) => {
      if (isMailError(error)) throw bothKept(error);
      throw error;
    });
    const kept = outcomes.get(id);
    if (isMailError(kept)) throw bothKept(kept);
  }
}

/** Exchange itself saves the copy, unless told not to. */
const wantsCopy = ({ saveToSent }: SendOptions): boolean => saveToSent !== 'never';

/** In the folder for sent mail, whatever its name in the mailbox's language. */
const sentCopy = (options: SendOptions): SentCopy =>
  wantsCopy(options)
    ? { saved: true, folder: '\\Sent' }
    : { saved: false, reason: 'The node was set not to save one' };
