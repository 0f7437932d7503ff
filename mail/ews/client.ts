import { buffer } from 'node:stream/consumers';

import type {
  AttachmentRequest,
  FolderState,
  MailClient,
  Marks,
  Outcomes,
  Relocated,
  StoredMessage,
} from '../client';
import type { MailError } from '../errors';
import { waitForNews } from '../exchange/news';
import { withoutCounts, type Folder } from '../folder';
import { compose } from '../message/compose';
import type { AttachmentDownload, Message, MessageDownload } from '../message/message';
import type { OutgoingMessage, SavedDraft, SendOptions, SentMessage } from '../message/outgoing';
import type { MessageQuery, Wanted } from '../message/query';
import { oneByOne } from '../one-by-one';
import { discover } from './autodiscover/discover';
import { EwsChanger } from './change';
import { EwsContent } from './content';
import { EwsFolderOperations } from './folder-operations';
import { lateLogin } from './errors';
import { EwsFolders } from './folders';
import { isLate, openWhereFound, type FindEws } from './opening';
import { EwsReader } from './read';
import { EwsService } from './service';
import type { EwsOpening, EwsSessionSettings } from './settings';
import { EwsStore } from './store';
import { EwsTransport } from './transport';

/** Mail over Exchange Web Services ([MS-OXWSCORE] and its siblings). */
export class EwsClient implements MailClient {
  // Private to the language and not only to the compiler: they know the login.
  readonly #transport: EwsTransport;
  readonly #folders: EwsFolders;
  readonly #operations: EwsFolderOperations;
  readonly #reader: EwsReader;
  readonly #changer: EwsChanger;
  readonly #content: EwsContent;
  readonly #store: EwsStore;

  private constructor(settings: EwsSessionSettings, transport: EwsTransport) {
    const service = new EwsService(settings, transport);
    this.#transport = transport;
    this.#folders = new EwsFolders(service, sharedMailbox(settings));
    this.#operations = new EwsFolderOperations(service, this.#folders);
    this.#reader = new EwsReader(service, this.#folders);
    this.#changer = new EwsChanger(service, this.#folders, this.#reader);
    this.#content = new EwsContent(service);
    this.#store = new EwsStore(service, this.#folders);
  }

  /**
   * Logs in, by a request for the inbox.
   *
   * @param find looks for EWS where the settings do not say where it is
   * @throws {MailError}
   */
  static async open(
    settings: EwsOpening,
    signal?: AbortSignal,
    find: FindEws = discover,
  ): Promise<EwsClient> {
    return await openWhereFound(settings, signal, find, EwsClient.openAt);
  }

  private static async openAt(settings: EwsSessionSettings, stop: AbortSignal): Promise<EwsClient> {
    const transport = new EwsTransport(settings);
    const giveUp = () => transport.close();
    stop.addEventListener('abort', giveUp, { once: true });
    try {
      stop.throwIfAborted();
      const client = new EwsClient(settings, transport);
      await client.#folders.login();
      return client;
    } catch (error) {
      transport.close();
      throw isLate(stop) ? lateLogin(settings.ews.url) : error;
    } finally {
      stop.removeEventListener('abort', giveUp);
    }
  }

  get usable(): boolean {
    return !this.#transport.closeSignal.aborted;
  }

  /** Every request stands for itself: a connection that was lost is opened again by the next one. */
  async check(): Promise<boolean> {
    return await Promise.resolve(this.usable);
  }

  async listMessages(folder: string, query: MessageQuery, wanted: Wanted, limit: number): Promise<Message[]> {
    return await this.#reader.list(folder, query, wanted, limit);
  }

  async findMessages(folder: string, query: MessageQuery, limit: number): Promise<string[]> {
    return await this.#reader.find(folder, query, limit);
  }

  async getMessages(ids: readonly string[], wanted: Wanted): Promise<Outcomes<Message>> {
    return await this.#reader.get(ids, wanted);
  }

  async openAttachment(_id: string, part: string): Promise<AttachmentDownload> {
    return await this.#content.openAttachment(part);
  }

  openAttachments(
    requests: readonly AttachmentRequest[],
  ): AsyncIterable<[AttachmentRequest, AttachmentDownload | MailError]> {
    return oneByOne(requests, async ({ id, part }) => await this.openAttachment(id, part));
  }

  async openMessage(id: string): Promise<MessageDownload> {
    return await this.#content.openMessage(id);
  }

  openMessages(ids: readonly string[]): AsyncIterable<[id: string, message: MessageDownload | MailError]> {
    return oneByOne(ids, async (id) => await this.openMessage(id));
  }

  async moveMessages(ids: readonly string[], folder: string): Promise<Outcomes<Relocated>> {
    return await this.#changer.move(ids, folder);
  }

  async copyMessages(ids: readonly string[], folder: string): Promise<Outcomes<Relocated>> {
    return await this.#changer.copy(ids, folder);
  }

  async deleteMessages(
    ids: readonly string[],
    { permanently }: { permanently: boolean },
  ): Promise<Outcomes<Relocated>> {
    if (permanently) return await this.#changer.delete(ids);
    const trash = (await this.#folders.find('\\Trash')).id;
    const folders = await this.#reader.foldersOf(ids);
    const inTrash = ids.filter((id) => folders.get(id) === trash);
    const others = ids.filter((id) => folders.get(id) !== trash);
    const moved = others.length > 0 ? await this.#changer.move(others, '\\Trash') : [];
    const deleted = inTrash.length > 0 ? await this.#changer.delete(inTrash) : [];
    return new Map([...moved, ...deleted]);
  }

  async markMessages(ids: readonly string[], marks: Marks): Promise<Outcomes<true>> {
    return await this.#changer.mark(ids, marks);
  }

  async appendMessage(folder: string, message: StoredMessage): Promise<Relocated> {
    return await this.#store.append(await this.#folders.find(folder), message);
  }

  async waitForNews(
    folder: string,
    known: FolderState | undefined,
    { timeout, signal }: { timeout: number; signal?: AbortSignal },
  ): Promise<FolderState> {
    const signals = [this.#transport.closeSignal, ...(signal ? [signal] : [])];
    return await waitForNews(async () => await this.#reader.stateOf(folder), known, { timeout, signals });
  }

  async listFolders({ counts }: { counts: boolean }): Promise<Folder[]> {
    this.#folders.forget();
    const folders = await this.#folders.list();
    return counts ? folders : folders.map(withoutCounts);
  }

  async getFolder(folder: string): Promise<Folder | undefined> {
    this.#folders.forget();
    return (await this.#folders.lookup(folder))?.folder;
  }

  async createFolder(path: string): Promise<Folder> {
    return await this.#operations.create(path);
  }

  async renameFolder(folder: string, newPath: string): Promise<Folder> {
    return await this.#operations.rename(folder, newPath);
  }

  async deleteFolder(folder: string): Promise<void> {
    await this.#operations.delete(folder);
  }

  async emptyFolder(folder: string): Promise<number> {
    return await this.#operations.empty(folder);
  }

  async send(message: OutgoingMessage, { saveToSent }: SendOptions): Promise<SentMessage> {
    const { messageId, recipients, mime } = await written(message);
    await this.#store.send(mime, saveToSent !== 'never');
    return { messageId, accepted: recipients, rejected: [], sentCopy: copyOf(saveToSent) };
  }

  async saveDraft(message: OutgoingMessage, { replaces }: { replaces?: string } = {}): Promise<SavedDraft> {
    const { messageId, mime } = await written(message, true);
    const id = await this.#store.saveDraft(mime);
    if (replaces !== undefined) await this.#changer.delete([replaces]);
    return { folder: (await this.#folders.find('\\Drafts')).folder.path, id, messageId };
  }

  async sendDraft(id: string, { saveToSent }: SendOptions): Promise<SentMessage> {
    const { draft, changeKey } = await this.#reader.getDraft(id);
    await this.#store.sendDraft(id, changeKey, saveToSent !== 'never');
    const accepted = [...draft.to, ...draft.cc, ...draft.bcc].map(({ address }) => address);
    return { messageId: draft.messageId ?? '', accepted, rejected: [], sentCopy: copyOf(saveToSent) };
  }

  async close(): Promise<void> {
    this.#transport.close();
    await Promise.resolve();
  }
}

/** Somebody else's mailbox that is opened with the login's own rights, and not in the owner's name. */
const sharedMailbox = ({ ews: { mailbox, impersonate } }: EwsSessionSettings): string | undefined =>
  impersonate ? undefined : mailbox;

async function written(message: OutgoingMessage, isDraft = false) {
  const composed = compose(message, { isDraft });
  const content = await buffer(composed.open());
  return {
    messageId: composed.messageId,
    recipients: composed.envelope.to,
    mime: Buffer.concat([Buffer.from(composed.bccHeader), content]),
  };
}

const copyOf = (saveToSent: SendOptions['saveToSent']): SentMessage['sentCopy'] =>
  saveToSent === 'never'
    ? { saved: false, reason: 'It was not wanted' }
    : { saved: true, folder: 'Sent Items' };
