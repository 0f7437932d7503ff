import type {
  AttachmentRequest,
  FolderState,
  MailClient,
  Marks,
  Outcomes,
  Relocated,
  StoredMessage,
} from '../client';
import { MailError, isMailError } from '../errors';
import { waitForNews } from '../exchange/news';
import { sentCopyOf } from '../exchange/sent-copy';
import { withoutCounts, type Folder } from '../folder';
import type { AttachmentDownload, Message, MessageDownload } from '../message/message';
import type { OutgoingMessage, SavedDraft, SendOptions, SentMessage } from '../message/outgoing';
import type { MessageQuery, Wanted } from '../message/query';
import { oneByOne } from '../one-by-one';
import { GraphApi } from './api';
import { GraphChanger } from './change';
import { GraphContent } from './content';
import { lateLogin } from './errors';
import { GraphFolderOperations } from './folder-operations';
import { GraphFolders } from './folders';
import { GraphReader } from './read';
import { GraphSender } from './send';
import type { GraphSessionSettings } from './settings';
import { GraphStore } from './store';
import { GraphTransport } from './transport';

/** Downloads opened while another one is read: with that, and one request of another kind, as many as Graph allows. */
const AHEAD = 2;

/** Mail over Microsoft Graph (https://learn.microsoft.com/graph/api/resources/mail-api-overview). */
export class GraphClient implements MailClient {
  // Private to the language and not only to the compiler: they know the login.
  readonly #transport: GraphTransport;
  readonly #folders: GraphFolders;
  readonly #operations: GraphFolderOperations;
  readonly #reader: GraphReader;
  readonly #changer: GraphChanger;
  readonly #content: GraphContent;
  readonly #store: GraphStore;
  readonly #sender: GraphSender;

  private constructor(settings: GraphSessionSettings, transport: GraphTransport) {
    const api = new GraphApi(settings, transport);
    this.#transport = transport;
    this.#folders = new GraphFolders(api);
    this.#reader = new GraphReader(api, this.#folders);
    this.#changer = new GraphChanger(api, this.#folders);
    this.#operations = new GraphFolderOperations(api, this.#folders, this.#reader, this.#changer);
    this.#content = new GraphContent(api);
    this.#store = new GraphStore(api);
    this.#sender = new GraphSender(api);
  }

  /**
   * Logs in, by a request for the inbox.
   *
   * @throws {MailError}
   */
  static async open(settings: GraphSessionSettings, signal?: AbortSignal): Promise<GraphClient> {
    const transport = new GraphTransport(settings);
    const late = AbortSignal.timeout(settings.timeouts.connect);
    const giveUp = () => transport.close();
    const signals = signal ? [signal, late] : [late];
    for (const one of signals) one.addEventListener('abort', giveUp, { once: true });
    try {
      signal?.throwIfAborted();
      const client = new GraphClient(settings, transport);
      await client.#folders.login();
      return client;
    } catch (error) {
      transport.close();
      throw late.aborted ? lateLogin(settings.graph.url) : error;
    } finally {
      for (const one of signals) one.removeEventListener('abort', giveUp);
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

  async openAttachment(id: string, part: string): Promise<AttachmentDownload> {
    return await this.#content.openAttachment(id, part);
  }

  openAttachments(
    requests: readonly AttachmentRequest[],
  ): AsyncIterable<[AttachmentRequest, AttachmentDownload | MailError]> {
    return oneByOne(requests, async (request) => await this.#content.openDescribed(request), AHEAD);
  }

  async openMessage(id: string): Promise<MessageDownload> {
    return await this.#content.openMessage(id);
  }

  openMessages(ids: readonly string[]): AsyncIterable<[id: string, message: MessageDownload | MailError]> {
    return oneByOne(ids, async (id) => await this.openMessage(id), AHEAD);
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
    return permanently ? await this.#changer.delete(ids) : await this.#changer.discard(ids);
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

  async send(message: OutgoingMessage, options: SendOptions): Promise<SentMessage> {
    const { messageId, envelope } = await this.#sender.send(message, options.saveToSent !== 'never');
    return { messageId, accepted: envelope.to, rejected: [], sentCopy: sentCopyOf(options) };
  }

  async saveDraft(message: OutgoingMessage, { replaces }: { replaces?: string } = {}): Promise<SavedDraft> {
    const saved = await this.#sender.saveDraft(message);
    if (replaces !== undefined) await this.#changer.delete([replaces]);
    return { ...saved, folder: (await this.#folders.find('\\Drafts')).folder.path };
  }

  async sendDraft(id: string, options: SendOptions): Promise<SentMessage> {
    if (options.saveToSent === 'never') throw alwaysCopied();
    const draft = (await this.#reader.get([id], { content: false })).get(id)!;
    if (isMailError(draft)) throw draft;
    await this.#sender.sendDraft(id);
    const accepted = [...draft.to, ...draft.cc, ...draft.bcc].map(({ address }) => address);
    return { messageId: draft.messageId ?? '', accepted, rejected: [], sentCopy: sentCopyOf(options) };
  }

  async close(): Promise<void> {
    this.#transport.close();
    await Promise.resolve();
  }
}

const alwaysCopied = (): MailError =>
  new MailError(
    'NOT_SUPPORTED',
    'Microsoft Graph keeps a copy of every draft that it sends',
    'Set "Save to Sent" to "Automatic". The draft was not sent.',
  );
