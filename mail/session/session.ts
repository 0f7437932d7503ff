import type { MailClient } from '../model/client';
import { MailError, isMailError } from '../errors';
import type { ConnectionLimit } from '../async/connection-limit';
import { hostAndPort } from '../net/host-and-port';
import { CHECK_AFTER } from '../net/unused-connection';
import { settingsFingerprint, type SessionSettings } from '../account/session-settings';

/** Connects and logs in; stops when the signal is aborted. */
export type OpenClient = (settings: SessionSettings, signal?: AbortSignal) => Promise<MailClient>;

export interface UseOptions {
  /**
   * Whether the work may be repeated on a new connection if the first one was lost. Only for work that changes nothing,
   * or that has the same effect when done twice.
   */
  repeatable: boolean;
}

/**
 * A named mail session: settings that outlive any connection, and at most one connection.
 *
 * Contract:
 * - `open` connects; concurrent calls share one connect. `use` also connects if there is no connection.
 * - A lost connection is replaced at the next use, and once during repeatable work. A client that reported
 *   CONNECTION_LOST is never used again, even if it claims to be usable: it may not have noticed yet.
 * - An unused connection is closed after `timeouts.idle`; the session remains and reconnects when used.
 * - `close` is final: work in progress fails, and every later use rejects with SESSION_CLOSED.
 */
export class Session {
  private connection?: Promise<MailClient>;
  // Private at runtime too, not only for TypeScript: a client holds the login.
  #client?: MailClient;
  /** How many callers use each client, and the clients to close once they are unused. */
  readonly #users = new Map<MailClient, number>();
  readonly #lost = new Set<MailClient>();
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
    /** Whether the connection stays when others need one: somebody listens on it. */
    private readonly keepsConnection = false,
  ) {
    this.fingerprint = settingsFingerprint(settings);
  }

  /** Logs in, so that errors occur here and not at first use. */
  async open(): Promise<void> {
    await this.use(async () => {}, { repeatable: true });
  }

  /** Runs work on the session's connection. The client must not be used after the work has finished. */
  async use<T>(work: (client: MailClient) => Promise<T>, { repeatable }: UseOptions): Promise<T> {
    this.inUse++;
    clearTimeout(this.idleTimer);
    try {
      const client = await this.connected();
      try {
        return await this.workOn(client, work);
      } catch (error) {
        if (this.closed) throw closedError(this.name);
        if (!repeatable || !isMailError(error, 'CONNECTION_LOST')) throw error;
        return await this.workOn(await this.connected(), work);
      }
    } finally {
      this.inUse--;
      this.lastUsed = Date.now();
      this.limit.used(this.account, this);
      if (this.inUse === 0 && !this.closed) this.startIdleTimer();
    }
  }

  /** Closes the session for good, even during a login. Never rejects. */
  async close(): Promise<void> {
    this.closing.abort();
    clearTimeout(this.idleTimer);
    await this.connection?.catch(() => {});
    await Promise.all([this.disconnect(), ...[...this.#lost].map(async (client) => await client.close())]);
  }

  /** For the connection limit: closes the connection unless it is in use, or kept. */
  yieldConnection(): boolean {
    if (this.inUse > 0 || this.keepsConnection) return false;
    void this.disconnect();
    return true;
  }

  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  private get account(): string {
    const { server, authenticator } = this.settings;
    return `${hostAndPort(server)}/${authenticator.account}`;
  }

  private async connected(): Promise<MailClient> {
    if (this.closed) throw closedError(this.name);
    const client = this.#client;
    if (client) {
      const quiet = Date.now() - this.lastUsed > CHECK_AFTER;
      if (client.usable && (!quiet || this.inUse > 1 || (await client.check()))) return client;
      // Another use may have replaced the client during the check.
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

  private async workOn<T>(client: MailClient, work: (client: MailClient) => Promise<T>): Promise<T> {
    this.#users.set(client, (this.#users.get(client) ?? 0) + 1);
    try {
      return await work(client);
    } catch (error) {
      if (isMailError(error, 'CONNECTION_LOST')) this.giveUp(client);
      throw error;
    } finally {
      this.leave(client);
    }
  }

  /** Makes the next use open a new connection. Work already running on this client keeps it. */
  private giveUp(client: MailClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.limit.release(this.account, this);
    this.#lost.add(client);
  }

  private leave(client: MailClient): void {
    const users = (this.#users.get(client) ?? 1) - 1;
    if (users > 0) this.#users.set(client, users);
    else this.#users.delete(client);
    if (users === 0 && this.#lost.delete(client)) void client.close();
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
