import type { MailClient } from '../model/client';
import { MailError, isMailError } from '../errors';
import type { ConnectionLimit } from '../async/connection-limit';
import { CHECK_AFTER } from '../net/unused-connection';
import { settingsFingerprint, type SessionSettings } from '../account/session-settings';
import { ClientUsers } from './client-users';
import { Connector, type OpenClient } from './connector';
import { readOnlyClient } from './guarded-client';
import type { CloseReason, SessionEvent, SessionObserver } from './observer';
import { UsageMeter, type SessionUsage } from './usage';
import type { WarmConnections } from './warm-connections';

export type { OpenClient } from './connector';

export interface UseOptions {
  /**
   * Whether the work may be repeated on a new connection if the first one was lost. Only for work that changes nothing,
   * or that has the same effect when done twice.
   */
  repeatable: boolean;
}

/** What the session waited for, and how many milliseconds. */
export type Waits = Array<Pick<Extract<SessionEvent, { type: 'waited' }>, 'waitsFor' | 'took'>>;

const MOST_WAITS = 10;

export interface CloseOptions {
  /** Whether another session may use the connection, if nothing uses it now. */
  keep?: boolean;
  reason?: CloseReason;
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
  readonly #users = new ClientUsers();
  readonly #connector: Connector;
  readonly #usage = new UsageMeter();
  private readonly closing = new AbortController();
  private ending?: Promise<void>;
  /** The end of the last connection, which still counts until then. */
  private leaving?: Promise<void>;
  /** Why there is no connection any more; absent before the first. */
  private ended?: 'lost' | 'idle' | 'wanted';
  private readonly waits = new Set<AbortController>();
  /** The last ones. */
  private readonly waited: Waits = [];
  private inUse = 0;
  private lastUsed = 0;
  private idleTimer?: NodeJS.Timeout;
  readonly fingerprint: string;

  constructor(
    readonly name: string,
    readonly settings: SessionSettings,
    openClient: OpenClient,
    limit: ConnectionLimit,
    warm?: WarmConnections,
    private readonly observer?: SessionObserver,
    /** Whether the connection stays when others need one: somebody listens on it. */
    private readonly keepsConnection = false,
  ) {
    this.fingerprint = settingsFingerprint(settings);
    this.#connector = new Connector(settings, { openClient, limit, warm }, (event) => this.tell(event));
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
      this.#connector.used(this);
      if (this.inUse === 0 && !this.closed) this.startIdleTimer();
    }
  }

  /**
   * Runs work that only waits for mail, and may be repeated. Its signal is aborted when another session needs the
   * connection; the work then ends early.
   */
  async wait<T>(work: (client: MailClient, wanted: AbortSignal) => Promise<T>): Promise<T> {
    const wait = new AbortController();
    this.waits.add(wait);
    try {
      return await this.use(async (client) => await work(client, wait.signal), { repeatable: true });
    } finally {
      this.waits.delete(wait);
    }
  }

  /** Closes the session for good, even during a login. Never rejects. */
  async close(options: CloseOptions = {}): Promise<void> {
    this.ending ??= this.end(options);
    await this.ending;
  }

  /** For the connection limit: closes the connection unless it is in use, or kept. */
  yieldConnection(): false | Promise<void> {
    return this.inUse > 0 || this.keepsConnection || !this.#client ? false : this.giveUpFor('wanted');
  }

  /** For the connection limit: ends work that only waits, if there is no other. */
  interrupt(): boolean {
    if (!this.#client || this.keepsConnection || this.waits.size < this.inUse) return false;
    for (const wait of this.waits) wait.abort();
    return true;
  }

  get usage(): SessionUsage {
    return this.#usage.total;
  }

  /** How long it waited for connections since this was last asked. */
  takeWaits(): Waits {
    return this.waited.splice(0);
  }

  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  private async end({ keep = false, reason = 'disconnected' }: CloseOptions): Promise<void> {
    const isQuiet = this.inUse === 0;
    this.closing.abort();
    clearTimeout(this.idleTimer);
    await this.connection?.catch(() => {});
    const client = this.#client;
    this.#client = undefined;
    const isKept = keep && isQuiet && client ? await this.#connector.keep(this, client) : false;
    this.#usage.end();
    this.tell({ type: 'closed', reason, isKept, usage: this.usage });
    if (!isKept) this.disconnect(client);
    await Promise.all([this.leaving, this.#users.closeLost()]);
    this.settings.authenticator.release?.();
  }

  private async connected(): Promise<MailClient> {
    if (this.closed) throw closedError(this.name);
    const client = this.#client;
    if (client) {
      const quiet = Date.now() - this.lastUsed > CHECK_AFTER;
      if (client.usable && (!quiet || this.inUse > 1 || (await client.check()))) return client;
      // Another use may have replaced the client during the check.
      if (this.#client === client) {
        this.withoutClient('lost');
        this.disconnect(client);
      }
    }
    this.connection ??= this.connect().finally(() => (this.connection = undefined));
    return await this.connection;
  }

  private async connect(): Promise<MailClient> {
    if (this.ended) this.tell({ type: 'reconnect', reason: this.ended });
    try {
      await this.leaving;
      const { client, isNew } = await this.#connector.connect(this, this.closing.signal);
      this.#usage.connected(client, isNew);
      if (!this.closed) return (this.#client = client);
      this.disconnect(client);
      await this.leaving;
    } catch (error) {
      if (!this.closed) throw error;
    }
    throw closedError(this.name);
  }

  private withoutClient(reason: 'lost' | 'idle' | 'wanted'): void {
    this.ended = reason;
    this.#client = undefined;
    this.#usage.disconnected();
  }

  private disconnect(client: MailClient | undefined): void {
    if (!client) return;
    const leaving = client.close().finally(() => {
      if (this.leaving === leaving) this.leaving = undefined;
      this.#connector.release(this);
    });
    this.leaving = leaving;
  }

  private async giveUpFor(reason: 'idle' | 'wanted'): Promise<void> {
    const client = this.#client;
    if (!client) return;
    this.withoutClient(reason);
    this.tell({ type: 'given up', reason });
    this.disconnect(client);
    await this.leaving;
  }

  private async workOn<T>(client: MailClient, work: (client: MailClient) => Promise<T>): Promise<T> {
    return await this.#users.use(client, async () => {
      try {
        return await work(this.settings.readOnly ? readOnlyClient(client, this.name) : client);
      } catch (error) {
        if (isMailError(error, 'CONNECTION_LOST')) this.giveUp(client);
        throw error;
      }
    });
  }

  /** Makes the next use open a new connection. Work already running on this client keeps it. */
  private giveUp(client: MailClient): void {
    if (this.#client !== client) return;
    this.withoutClient('lost');
    this.#connector.release(this);
    this.#users.lost(client);
  }

  private startIdleTimer(): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => void this.giveUpFor('idle'), this.settings.timeouts.idle);
    this.idleTimer.unref();
  }

  private tell(event: SessionEvent): void {
    const { name: session, settings } = this;
    if (event.type === 'waited') {
      this.#usage.waited(event.took);
      if (this.waited.push(event) > MOST_WAITS) this.waited.shift();
    }
    this.observer?.({ session, account: settings.authenticator.account, event });
  }
}

const closedError = (name: string): MailError =>
  new MailError(
    'SESSION_CLOSED',
    `The email session "${name}" was closed`,
    'It was closed by an Email Disconnect node, or because the workflow run ended. Open it again with Email Connect.',
  );
