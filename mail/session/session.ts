import type { MailClient } from '../model/client';
import { isMailError } from '../errors';
import type { ConnectionLimit } from '../async/connection-limit';
import { CHECK_AFTER } from '../net/unused-connection';
import { settingsFingerprint, type SessionSettings } from '../account/session-settings';
import { Connector, type OpenClient } from './connector';
import { readOnlyClient } from './guarded-client';
import type { CloseReason, SessionObserver } from './observer';
import { SessionConnection } from './session-connection';
import { SessionReport, type Waits } from './session-report';
import type { SessionUsage } from './usage';
import type { WarmConnections } from './warm-connections';

export type { OpenClient } from './connector';

export interface UseOptions {
  /**
   * Whether the work may be repeated on a new connection if the first one was lost. Only for work that changes nothing,
   * or that has the same effect when done twice.
   */
  repeatable: boolean;
}

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
  readonly #connection: SessionConnection;
  readonly #report: SessionReport;
  private ending?: Promise<void>;
  private readonly waits = new Set<AbortController>();
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
    observer?: SessionObserver,
    /** Whether the connection stays when others need one: somebody listens on it. */
    private readonly keepsConnection = false,
  ) {
    this.fingerprint = settingsFingerprint(settings);
    this.#report = new SessionReport(name, settings.authenticator.account, observer);
    const connector = new Connector(settings, { openClient, limit, warm }, (event) =>
      this.#report.tell(event),
    );
    this.#connection = new SessionConnection(name, this, connector, this.#report);
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
        this.#connection.assertNotClosed();
        if (!repeatable || !isMailError(error, 'CONNECTION_LOST')) throw error;
        return await this.workOn(await this.connected(), work);
      }
    } finally {
      this.inUse--;
      this.lastUsed = Date.now();
      this.#connection.used();
      if (this.inUse === 0 && !this.#connection.isClosed) this.startIdleTimer();
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
    const isNeeded = this.inUse > 0 || this.keepsConnection;
    return isNeeded || !this.#connection.isOpen ? false : this.#connection.giveUp('wanted');
  }

  /** For the connection limit: ends work that only waits, if there is no other. */
  interrupt(): boolean {
    if (!this.#connection.isOpen || this.keepsConnection || this.waits.size < this.inUse) return false;
    for (const wait of this.waits) wait.abort();
    return true;
  }

  get usage(): SessionUsage {
    return this.#report.usage;
  }

  /** How long it waited for connections since this was last asked. */
  takeWaits(): Waits {
    return this.#report.takeWaits();
  }

  private async end({ keep = false, reason = 'disconnected' }: CloseOptions): Promise<void> {
    clearTimeout(this.idleTimer);
    await this.#connection.close(keep && this.inUse === 0, reason);
    this.settings.authenticator.release?.();
  }

  private async connected(): Promise<MailClient> {
    const wasJustUsed = Date.now() - this.lastUsed <= CHECK_AFTER;
    return await this.#connection.get(wasJustUsed || this.inUse > 1);
  }

  private async workOn<T>(client: MailClient, work: (client: MailClient) => Promise<T>): Promise<T> {
    return await this.#connection.use(
      client,
      async () => await work(this.settings.readOnly ? readOnlyClient(client, this.name) : client),
    );
  }

  private startIdleTimer(): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => void this.#connection.giveUp('idle'), this.settings.timeouts.idle);
    this.idleTimer.unref();
  }
}
