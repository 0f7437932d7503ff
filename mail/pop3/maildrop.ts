import type { BatchResult } from '../model/client';
import { isMailError, type MailError } from '../errors';
import type { MailServerSessionSettings } from '../account/session-settings';
import { Mutex } from '../async/mutex';
import type { PopConnection } from './connection';
import { readEntries, type Entry } from './entries';
import { toMailError } from './errors';
import { openPop } from './login';
import { areCopies } from './copies';
import { refusedMessage } from './refused-message';
import { ambiguousId, formatId, messageGone, parseId } from './message-id';

/** An account's maildrop, one piece of work at a time, over one connection after another. */
export class Maildrop {
  // Private to the language and not only to the compiler: they know the login.
  readonly #settings: MailServerSessionSettings;
  #connection?: PopConnection;
  private known?: Entry[];
  private closed = false;
  private readonly closing = new AbortController();
  private readonly turn: Mutex;
  private working = 0;

  private constructor(settings: MailServerSessionSettings) {
    this.#settings = settings;
    this.turn = new Mutex(settings.timeouts.command);
  }

  /** @throws {MailError} */
  static async open(settings: MailServerSessionSettings, signal?: AbortSignal): Promise<Maildrop> {
    const maildrop = new Maildrop(settings);
    maildrop.#connection = await openPop(settings, signal);
    return maildrop;
  }

  get usable(): boolean {
    return !this.closed && this.#connection?.usable !== false;
  }

  /** Aborted when the session is closed. */
  get closeSignal(): AbortSignal {
    return this.closing.signal;
  }

  async check(): Promise<boolean> {
    try {
      await this.exclusively(async (connection) => await connection.command('NOOP'));
    } catch {
      this.#connection?.destroy();
    }
    return this.usable;
  }

  /** @throws {MailError} */
  async exclusively<T>(work: (connection: PopConnection) => Promise<T>): Promise<T> {
    const { connection, release } = await this.lock();
    try {
      return await work(connection);
    } catch (error) {
      throw this.toMailError(error);
    } finally {
      release();
    }
  }

  /** The connection, for whoever has it until `release` is called. */
  async lock(): Promise<{ connection: PopConnection; release: () => void }> {
    const release = await this.turn.take();
    let held = true;
    this.working++;
    const done = () => {
      if (held) this.working--;
      held = false;
      release();
    };
    try {
      return { connection: await this.connected(), release: done };
    } catch (error) {
      done();
      throw this.toMailError(error);
    }
  }

  toMailError(error: unknown): MailError {
    return toMailError(error, this.#settings.server);
  }

  /** All messages, newest first, as they were when this connection was opened. */
  async entries(connection: PopConnection): Promise<Entry[]> {
    return (this.known ??= await readEntries(connection));
  }

  /**
   * The entries of those ids that are in the maildrop, and what is wrong with the others. Each id has one entry, or
   * several where they are copies of one message.
   */
  async byId<T>(
    connection: PopConnection,
    ids: readonly string[],
  ): Promise<{ entries: Map<string, Entry[]>; outcomes: BatchResult<T> }> {
    const all = await this.entries(connection);
    const byId = new Map(all.map((entry) => [entry.id, entry]));
    const entries = new Map<string, Entry[]>();
    const outcomes: BatchResult<T> = new Map();
    for (const id of new Set(ids)) {
      try {
        const entry = byId.get(formatId(parseId(id)));
        const found = entry ? [entry] : await this.sharing(connection, all, id);
        if (found.length > 0) entries.set(id, found);
        else outcomes.set(id, messageGone(id));
      } catch (error) {
        const refused = refusedMessage(id, error);
        if (!isMailError(refused)) throw error;
        outcomes.set(id, refused);
      }
    }
    return { entries, outcomes };
  }

  /**
   * The messages that an id stands for which is no longer that of one message.
   *
   * @throws {MailError} INVALID_INPUT where they are not the same message over and over
   */
  private async sharing(connection: PopConnection, all: readonly Entry[], id: string): Promise<Entry[]> {
    const { uidl, copy } = parseId(id);
    const sharing = all.filter((entry) => entry.uidl === uidl).reverse();
    if (sharing.length === 0) return [];
    const isOne = !copy && (await areCopies(connection, sharing));
    if (isOne) return sharing;
    throw ambiguousId(id, sharing.length);
  }

  /** Says QUIT, which deletes what was marked (RFC 1939 section 6). The next work begins another session. */
  async commit(connection: PopConnection): Promise<void> {
    this.forget();
    await connection.quit();
  }

  /** Ends the connection, so that the next work sees what has come since. */
  async reconnect(): Promise<void> {
    const release = await this.turn.take();
    try {
      await this.forget()?.close();
    } finally {
      release();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.closing.abort();
    const isWorking = this.working > 0;
    const connection = this.forget();
    // A goodbye in the middle of a deletion would carry it out (RFC 1939 section 6), and nobody would know.
    if (isWorking) connection?.destroy();
    else await connection?.close();
  }

  private forget(): PopConnection | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    this.known = undefined;
    return connection;
  }

  /** The connection, or another one where the last was ended by our own work. */
  private async connected(): Promise<PopConnection> {
    if (!this.#connection && !this.closed) {
      this.#connection = await openPop(this.#settings, this.closing.signal);
    }
    if (!this.#connection?.usable) throw Object.assign(new Error('closed'), { code: 'ECONNRESET' });
    return this.#connection;
  }
}
