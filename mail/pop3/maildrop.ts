import type { BatchResult } from '../model/client';
import { isMailError, type MailError } from '../errors';
import { loginInLine } from '../account/login-in-line';
import type { MailServerSessionSettings } from '../account/session-settings';
import { Mutex } from '../async/mutex';
import { TrafficCounter, type Traffic } from '../net/traffic';
import type { PopConnection } from './connection';
import { readEntries, type Entry } from './entries';
import { toMailError } from './errors';
import { openPop } from './login';
import { areCopies } from './copies';
import { refusedMessage } from './refused-message';
import { ambiguousId, formatId, messageGone, parseId } from './message-id';

/** Milliseconds. */
const A_MOMENT = 100;

/** The maildrop of an account. Runs one task at a time, over a series of connections. */
export class Maildrop {
  // Private at runtime too, not only for TypeScript: these hold the login.
  readonly #settings: MailServerSessionSettings;
  #connection?: PopConnection;
  private known?: Entry[];
  private openedAt = 0;
  private closed = false;
  private readonly closing = new AbortController();
  private readonly turn: Mutex;
  private working = 0;
  /** Over all its connections. */
  private readonly counter = new TrafficCounter();

  private constructor(settings: MailServerSessionSettings) {
    this.#settings = settings;
    this.turn = new Mutex(settings.timeouts.command);
  }

  /** @throws {MailError} */
  static async open(settings: MailServerSessionSettings, signal?: AbortSignal): Promise<Maildrop> {
    const maildrop = new Maildrop(settings);
    maildrop.#connection = await openPop(settings, maildrop.counter, signal);
    maildrop.openedAt = Date.now();
    return maildrop;
  }

  get traffic(): Traffic {
    return this.counter.total;
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

  /** The connection, reserved for the caller until `release` is called. */
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

  /** All messages, newest first, as of the start of this connection. */
  async entries(connection: PopConnection): Promise<Entry[]> {
    return (this.known ??= await readEntries(connection));
  }

  /**
   * The entries for the ids in the maildrop, and the errors for the other ids. Each id has one entry, or several if
   * they are copies of one message.
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
   * The messages behind an id that no longer identifies a single message.
   *
   * @throws {MailError} INVALID_INPUT if they are not all copies of the same message
   */
  private async sharing(connection: PopConnection, all: readonly Entry[], id: string): Promise<Entry[]> {
    const { uidl, copy } = parseId(id);
    const sharing = all.filter((entry) => entry.uidl === uidl).reverse();
    if (sharing.length === 0) return [];
    const isOne = !copy && (await areCopies(connection, sharing));
    if (isOne) return sharing;
    throw ambiguousId(id, sharing.length);
  }

  /** Sends QUIT, which deletes the marked messages (RFC 1939 section 6). The next task starts a new session. */
  async commit(connection: PopConnection): Promise<void> {
    this.forget();
    await connection.quit();
  }

  /** Whether a session began a moment ago, and nothing was asked in it. */
  get isNew(): boolean {
    return this.usable && this.known === undefined && Date.now() - this.openedAt < A_MOMENT;
  }

  /** Closes the connection, so that the next task sees new messages. */
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
    // QUIT during a deletion would carry it out (RFC 1939 section 6) without anyone knowing.
    if (isWorking) connection?.destroy();
    else await connection?.close();
  }

  private forget(): PopConnection | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    this.known = undefined;
    return connection;
  }

  /** The connection, or a new one if our own code closed the last one. */
  private async connected(): Promise<PopConnection> {
    if (!this.#connection && !this.closed) {
      const { signal } = this.closing;
      const login = async () => await openPop(this.#settings, this.counter, signal);
      this.#connection = await loginInLine(this.#settings.server, this.#settings, login, signal);
      this.openedAt = Date.now();
    }
    if (!this.#connection?.usable) throw Object.assign(new Error('closed'), { code: 'ECONNRESET' });
    return this.#connection;
  }
}
