import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import type { AttachmentRequest, FolderState, MailClient, Outcomes, Relocated } from '../client';
import { MailError, isMailError } from '../errors';
import type { Folder } from '../folder';
import { Turn } from '../turn';
import { compose } from '../message/compose';
import { matches } from '../message/match';
import type { AttachmentDownload, Message, MessageDownload } from '../message/message';
import type { OutgoingMessage, SentMessage } from '../message/outgoing';
import { assertQuery, type MessageQuery, type Wanted } from '../message/query';
import { attachmentsOneByOne, oneByOne } from '../one-by-one';
import type { SessionSettings } from '../session/settings';
import type { Submission } from '../submission';
import type { PopConnection } from './connection';
import { openPart } from './content';
import { PopRefusal, notSupported, toMailError } from './errors';
import { openPop } from './login';
import { readMaildrop, type Entry } from './maildrop';
import { messageGone, parseId } from './message-id';
import { fromHeader, fromSource } from './read';

/** How many headers are asked for at a time where not all of them will match. */
const PAGE = 100;
/** Providers count logins, and Gmail refuses those that come too often. Milliseconds. */
const POLL_INTERVAL = 30_000;
const TURN_PATIENCE = 5;

/** Mail over POP3 (RFC 1939): one folder, whose messages can be read and deleted for good, and nothing else. */
export class Pop3Client implements MailClient {
  // Private to the language and not only to the compiler: they know the login.
  readonly #settings: SessionSettings;
  readonly #submission: Submission;
  #connection?: PopConnection;
  private maildrop?: Entry[];
  private closed = false;
  private readonly closing = new AbortController();
  private readonly turn = new Turn();

  private constructor(
    settings: SessionSettings,
    submission: Submission,
    private readonly pollInterval: number,
  ) {
    this.#settings = settings;
    this.#submission = submission;
  }

  /**
   * @param submission sends mail, which POP3 does not
   * @param signal gives up the login
   * @throws {MailError}
   */
  static async open(
    settings: SessionSettings,
    submission: Submission,
    signal?: AbortSignal,
    pollInterval = POLL_INTERVAL,
  ): Promise<Pop3Client> {
    const client = new Pop3Client(settings, submission, pollInterval);
    client.#connection = await openPop(settings, signal);
    return client;
  }

  get usable(): boolean {
    return !this.closed && this.#connection?.usable !== false;
  }

  async check(): Promise<boolean> {
    try {
      await this.exclusively(async (connection) => await connection.command('NOOP'));
    } catch {
      this.#connection?.destroy();
    }
    return this.usable;
  }

  async listMessages(folder: string, query: MessageQuery, wanted: Wanted, limit: number): Promise<Message[]> {
    assertInbox(folder);
    assertAnswerable(assertQuery(query));
    return await this.exclusively(async (connection) => {
      const found: Message[] = [];
      const candidates = (await this.entries(connection)).filter(
        ({ size }) => size > (query.largerThan ?? -1) && size < (query.smallerThan ?? Infinity),
      );
      const page = Math.min(Object.keys(query).length > 0 ? PAGE : limit, PAGE);
      for (let start = 0; start < candidates.length && found.length < limit; start += page) {
        const entries = candidates.slice(start, start + page);
        for await (const message of read(connection, entries, needed(query, wanted))) {
          if (found.length < limit && message && matches(message, query))
            found.push(trimmed(message, wanted));
        }
      }
      return found;
    });
  }

  async findMessages(folder: string, query: MessageQuery, limit: number): Promise<string[]> {
    const messages = await this.listMessages(folder, query, { content: false }, limit);
    return messages.map(({ id }) => id);
  }

  async getMessages(ids: readonly string[], wanted: Wanted): Promise<Outcomes<Message>> {
    return await this.exclusively(async (connection) => {
      const { entries, outcomes } = await this.named<Message>(connection, ids);
      const asked = [...entries.keys()];
      let index = 0;
      for await (const message of read(connection, [...entries.values()], needed({}, wanted))) {
        const id = asked[index++]!;
        outcomes.set(id, message ? trimmed(message, wanted) : messageGone(id));
      }
      return outcomes;
    });
  }

  async openAttachment(id: string, part: string): Promise<AttachmentDownload> {
    const { content } = await this.openMessage(id);
    const opened = await openPart(content as Readable, part).catch((error: unknown) => {
      throw toMailError(error, this.#settings.server);
    });
    if (opened) return opened;
    throw messageGone(`${id}, part ${part}`);
  }

  openAttachments(
    requests: readonly AttachmentRequest[],
  ): AsyncIterable<[AttachmentRequest, AttachmentDownload | MailError]> {
    return attachmentsOneByOne(this, requests);
  }

  async openMessage(id: string): Promise<MessageDownload> {
    const release = await this.take();
    try {
      const connection = await this.connected();
      const entry = (await this.named(connection, [id])).entries.get(id);
      if (!entry) throw (await this.named(connection, [id])).outcomes.get(id) ?? messageGone(id);
      const content = Readable.from(connection.data(`RETR ${entry.number}`), { objectMode: false });
      content.once('close', release);
      return { content, size: undefined };
    } catch (error) {
      release();
      throw error instanceof PopRefusal ? messageGone(id) : toMailError(error, this.#settings.server);
    }
  }

  openMessages(ids: readonly string[]): AsyncIterable<[id: string, message: MessageDownload | MailError]> {
    return oneByOne(this, ids);
  }

  /** Messages go when the session ends, so it is ended; the next work begins another one. */
  async deleteMessages(
    ids: readonly string[],
    { permanently }: { permanently: boolean },
  ): Promise<Outcomes<Relocated>> {
    if (!permanently) {
      throw new MailError(
        'NOT_SUPPORTED',
        'POP3 has no trash to move messages to',
        'Switch on "Delete Permanently", or set "Protocol" of Email Connect to "IMAP".',
      );
    }
    return await this.exclusively(async (connection) => {
      const { entries, outcomes } = await this.named<Relocated>(connection, ids);
      const marked: string[] = [];
      const asked = [...entries];
      const commands = asked.map(([, { number }]) => `DELE ${number}`);
      let index = 0;
      for await (const answer of connection.pipeline(commands, async () => await Promise.resolve(true))) {
        const [id = ''] = asked[index++] ?? [];
        if (answer === true) marked.push(id);
        else outcomes.set(id, messageGone(id));
      }
      if (marked.length === 0) return outcomes;
      try {
        await connection.quit();
        for (const id of marked) outcomes.set(id, {});
      } catch (error) {
        const reason = error instanceof Error ? error.message : '';
        for (const id of marked) outcomes.set(id, uncertain(reason));
      } finally {
        this.maildrop = undefined;
        this.#connection = undefined;
      }
      return outcomes;
    });
  }

  async waitForNews(
    folder: string,
    known: FolderState | undefined,
    { timeout, signal }: { timeout: number; signal?: AbortSignal },
  ): Promise<FolderState> {
    assertInbox(folder);
    const deadline = Date.now() + timeout;
    const stop = AbortSignal.any([this.closing.signal, ...(signal ? [signal] : [])]);
    for (let first = true; ; first = false) {
      // Only another login sees what has come since the last one.
      if (!first || known !== undefined) await this.reconnect();
      const state = await this.exclusively(async (connection) => stateOf(await this.entries(connection)));
      const left = deadline - Date.now();
      if (state !== known || left <= 0 || stop.aborted) return state;
      await sleep(Math.min(left, this.pollInterval), undefined, { signal: stop }).catch(() => {});
      if (stop.aborted || Date.now() >= deadline) return state;
    }
  }

  async listFolders({ counts }: { counts: boolean }): Promise<Folder[]> {
    const folder = await this.getFolder('INBOX');
    return folder ? [counts ? folder : { ...folder, counts: undefined }] : [];
  }

  async getFolder(folder: string): Promise<Folder | undefined> {
    if (!isInbox(folder)) return undefined;
    const total = (await this.exclusively(async (connection) => await this.entries(connection))).length;
    // Nobody keeps what was read, so all of it is unread.
    const counts = { total, unread: total };
    return { path: 'INBOX', name: 'INBOX', specialUse: '\\Inbox', selectable: true, counts };
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
  createFolder = refuse('create a folder');
  renameFolder = refuse('rename a folder');
  deleteFolder = refuse('delete a folder');
  saveDraft = refuse('keep drafts');
  sendDraft = refuse('keep drafts');

  async close(): Promise<void> {
    this.closed = true;
    this.closing.abort();
    const connection = this.#connection;
    this.#connection = undefined;
    await Promise.all([this.#submission.close(), connection?.close()]);
  }

  private async take(): Promise<() => void> {
    return await this.turn.take(this.#settings.timeouts.command * TURN_PATIENCE);
  }

  private async exclusively<T>(work: (connection: PopConnection) => Promise<T>): Promise<T> {
    const release = await this.take();
    try {
      return await work(await this.connected());
    } catch (error) {
      throw toMailError(error, this.#settings.server);
    } finally {
      release();
    }
  }

  /** The connection, or another one where the last was ended by our own work. */
  private async connected(): Promise<PopConnection> {
    if (!this.#connection && !this.closed) {
      this.maildrop = undefined;
      const opened = await openPop(this.#settings, this.closing.signal);
      this.#connection = opened;
    }
    if (!this.#connection?.usable) throw Object.assign(new Error('closed'), { code: 'ECONNRESET' });
    return this.#connection;
  }

  private async reconnect(): Promise<void> {
    const release = await this.take();
    try {
      const connection = this.#connection;
      this.#connection = undefined;
      this.maildrop = undefined;
      await connection?.close();
    } finally {
      release();
    }
  }

  private async entries(connection: PopConnection): Promise<Entry[]> {
    return (this.maildrop ??= await readMaildrop(connection));
  }

  /** The entries of those ids that are in the maildrop, and what is wrong with the others. */
  private async named<T>(connection: PopConnection, ids: readonly string[]) {
    const byUidl = new Map((await this.entries(connection)).map((entry) => [entry.uidl, entry]));
    const entries = new Map<string, Entry>();
    const outcomes: Outcomes<T> = new Map();
    for (const id of new Set(ids)) {
      try {
        const entry = byUidl.get(parseId(id));
        if (entry) entries.set(id, entry);
        else outcomes.set(id, messageGone(id));
      } catch (error) {
        outcomes.set(id, error as MailError);
      }
    }
    return { entries, outcomes };
  }
}

/** Messages in the order of their entries; undefined for one that the server does not give. */
async function* read(
  connection: PopConnection,
  entries: readonly Entry[],
  wanted: Wanted,
): AsyncGenerator<Message | undefined> {
  const whole = wanted.content || wanted.attachments === true;
  const commands = entries.map(({ number }) => (whole ? `RETR ${number}` : `TOP ${number} 0`));
  let index = 0;
  const parse = async (data: AsyncIterable<Buffer>) => {
    const entry = entries[index]!;
    if (whole) return await fromSource(entry, data, wanted);
    return await fromHeader(entry, await buffer(data), wanted);
  };
  for await (const message of connection.pipeline(commands, async (reader) => await parse(reader.data()))) {
    index += 1;
    yield message instanceof PopRefusal ? undefined : message;
  }
}

/** What has to be read so that the query can be decided. */
const needed = (query: MessageQuery, wanted: Wanted): Wanted => ({
  ...wanted,
  content: wanted.content || query.body !== undefined,
  attachments: wanted.attachments === true || query.hasAttachments !== undefined,
});

const trimmed = (message: Message, wanted: Wanted): Message =>
  wanted.content ? message : { ...message, content: undefined };

const stateOf = (entries: readonly Entry[]): FolderState => `${entries.length}:${entries[0]?.uidl ?? ''}`;

const isInbox = (folder: string): boolean => ['INBOX', '\\INBOX'].includes(folder.toUpperCase());

function assertInbox(folder: string): void {
  if (!isInbox(folder)) throw notSupported(`open the folder "${folder}": it has only the inbox`);
}

function assertAnswerable({ isRead, isFlagged, isAnswered, keyword, raw }: MessageQuery): void {
  if (raw) throw notSupported('search in a language of its own ("Raw Search")');
  if ([isRead, isFlagged, isAnswered, keyword].some((criterion) => criterion !== undefined)) {
    throw notSupported('tell read, flagged or answered messages, or those with a keyword, from others');
  }
}

const refuse = (what: string) => async (): Promise<never> => await Promise.reject(notSupported(what));

const uncertain = (reason: string): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `Whether the message was deleted is not known: the session did not end in good order (${reason})`,
    'List the messages again before you delete it once more.',
  );
