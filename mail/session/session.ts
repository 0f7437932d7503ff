import type { MailClient } from '../model/client';
import { MailError, isMailError } from '../errors';
import type { ConnectionLimit } from '../async/connection-limit';
import { settingsFingerprint, type SessionSettings } from '../account/session-settings';

/** Connects and logs in; gives up when the signal says so. */
export type OpenClient = (settings: SessionSettings, signal?: AbortSignal) => Promise<MailClient>;

export interface UseOptions {
  /**
   * Whether the work may run a second time on a new connection when the first one was lost under it.
   * Only for work that changes nothing, or that has the same effect when it is done twice.
   */
  repeatable: boolean;
}

/** A connection unused for this long may have been dropped by a router without a word, so it is asked first. */
const CHECK_AFTER = 30_000;

/**
 * A named mail session: settings that outlive any one connection, and at most one connection.
 *
 * Contract:
 * - `open` connects; concurrent calls share one connect. `use` connects too where there is no connection.
 * - A connection that was lost is replaced at the next use, and once in the middle of repeatable work.
 * - An unused connection is closed after `timeouts.idle`; the session stays and connects again when used.
 * - `close` is final: work in progress fails, and every later use rejects with SESSION_CLOSED.
 */
export class Session {
  private connection?: Promise<MailClient>;
  // Private to the language and not only to the compiler: a client knows the login.
  #client?: MailClient;
  private readonly closing = new AbortController();
  private inUse = 0;
  private lastUsed = 0;
  private idleTimer?: NodeJS.Timeout;
  readonly fingerprint: string;

  constructor(
    readonly name: string,
    readonly settings: SessionSettings,
    private readonly openClient: OpenClient,
    private readonly limit: ConnectionLimit,
  ) {
    this.fingerprint = settingsFingerprint(settings);
  }

  /** Logs in, so that what is wrong shows here and not at the first use. */
  async open(): Promise<void> {
    await this.use(async () => {}, { repeatable: true });
  }

  /** Runs work on the session's connection. The client must not be kept beyond it. */
  async use<T>(work: (client: MailClient) => Promise<T>, { repeatable }: UseOptions): Promise<T> {
    this.inUse++;
    clearTimeout(this.idleTimer);
    try {
      const client = await this.connected();
      try {
        return await work(client);
      } catch (error) {
        if (this.closed) throw closedError(this.name);
        if (!repeatable || !isMailError(error, 'CONNECTION_LOST')) throw error;
        return await work(await this.connected());
      }
    } finally {
      this.inUse--;
      this.lastUsed = Date.now();
      this.limit.used(this.account, this);
      if (this.inUse === 0 && !this.closed) this.startIdleTimer();
    }
  }

  /** Closes for good, a login in progress too. Never rejects. */
  async close(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.idleTimer);
    await this.connection?.catch(() => {});
    await this.disconnect();
  }

  /** For the connection limit: gives the connection up unless it is in use. */
  yieldConnection(): boolean {
    if (this.inUse > 0) return false;
    void this.disconnect();
    return true;
  }

  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  private get account(): string {
    const { server, authenticator } = this.settings;
    return `${server.host}:${server.port}/${authenticator.account}`;
  }

  private async connected(): Promise<MailClient> {
    if (this.closed) throw closedError(this.name);
    const client = this.#client;
    if (client) {
      const quiet = Date.now() - this.lastUsed > CHECK_AFTER;
      if (client.usable && (!quiet || this.inUse > 1 || (await client.check()))) return client;
      // Another use may have replaced it while this one was asking.
      if (this.#client === client) await this.disconnect();
    }
    this.connection ??= this.connect().finally(() => (this.connection = undefined));
    return await this.connection;
  }

  private async connect(): Promise<MailClient> {
    const { signal } = this.closing;
    try {
      await this.limit.acquire(this.account, this, this.settings.timeouts.connect, signal);
      const client = await this.openClient(this.settings, signal);
      this.#client = client;
      if (this.closed) await this.disconnect();
      else return client;
    } catch (error) {
      this.limit.release(this.account, this);
      if (!this.closed) throw error;
    }
    throw closedError(this.name);
  }

  private async disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    this.limit.release(this.account, this);
    await client.close();
  }

  private startIdleTimer(): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => void this.disconnect(), this.settings.timeouts.idle);
    this.idleTimer.unref();
  }
}

const closedError = (name: string): MailError =>
  new MailError(
    'SESSION_CLOSED',
    `The email session "${name}" was closed`,
    'It was closed by an Email Disconnect node, or because the workflow run ended. Open it again with Email Connect.',
  );
