import type { ConnectionHolder } from '../async/connection-limit';
import { MailError, isMailError } from '../errors';
import type { MailClient } from '../model/client';
import { ClientUsers } from './client-users';
import type { Connector } from './connector';
import type { CloseReason } from './observer';
import type { SessionReport } from './session-report';

/** Why there is no connection any more. */
type Ended = 'lost' | 'idle' | 'wanted';

/** The one connection of a session: opened when it is needed, and replaced when it is lost, until the session is closed. */
export class SessionConnection {
  // Private at runtime too, not only for TypeScript: a client holds the login.
  #client?: MailClient;
  readonly #users = new ClientUsers();
  readonly #connector: Connector;
  private readonly closing = new AbortController();
  private connecting?: Promise<MailClient>;
  /** The end of the last connection, which still counts until then. */
  private leaving?: Promise<void>;
  /** Absent before the first connection. */
  private ended?: Ended;

  /** @param holder the session, as the connection limit knows it */
  constructor(
    private readonly name: string,
    private readonly holder: ConnectionHolder,
    connector: Connector,
    private readonly report: SessionReport,
  ) {
    this.#connector = connector;
  }

  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  /**
   * Connects if there is no connection.
   *
   * @param isAlive whether the connection need not be checked
   * @throws {MailError} SESSION_CLOSED, or why the login failed
   */
  async get(isAlive: boolean): Promise<MailClient> {
    this.assertNotClosed();
    const client = this.#client;
    if (client) {
      if (client.usable && (isAlive || (await client.check()))) return client;
      // Another use may have replaced the client during the check.
      if (this.#client === client) {
        this.without('lost');
        this.disconnect(client);
      }
    }
    this.connecting ??= this.connect().finally(() => (this.connecting = undefined));
    return await this.connecting;
  }

  /** Runs work on a client. One that reports CONNECTION_LOST is never used again. */
  async use<T>(client: MailClient, work: () => Promise<T>): Promise<T> {
    return await this.#users.use(client, async () => {
      try {
        return await work();
      } catch (error) {
        if (isMailError(error, 'CONNECTION_LOST')) this.lost(client);
        throw error;
      }
    });
  }

  /** Call after each use. */
  used(): void {
    this.#connector.used(this.holder);
  }

  /** Closes the connection while nobody uses it. The next use opens another one. */
  async giveUp(reason: 'idle' | 'wanted'): Promise<void> {
    const client = this.#client;
    if (!client) return;
    this.without(reason);
    this.report.tell({ type: 'given up', reason });
    this.disconnect(client);
    await this.leaving;
  }

  /**
   * For good, even during a login. Never rejects.
   *
   * @param mayKeep whether another session may have the connection
   */
  async close(mayKeep: boolean, reason: CloseReason): Promise<void> {
    this.closing.abort();
    await this.connecting?.catch(() => {});
    const client = this.#client;
    this.#client = undefined;
    const isKept = mayKeep && client ? await this.#connector.keep(this.holder, client) : false;
    this.report.closed(reason, isKept);
    if (client && !isKept) this.disconnect(client);
    await Promise.all([this.leaving, this.#users.closeLost()]);
  }

  /** @throws {MailError} SESSION_CLOSED */
  assertNotClosed(): void {
    if (this.isClosed) throw closedError(this.name);
  }

  private async connect(): Promise<MailClient> {
    if (this.ended) this.report.tell({ type: 'reconnect', reason: this.ended });
    try {
      await this.leaving;
      const { client, isNew } = await this.#connector.connect(this.holder, this.closing.signal);
      this.report.connected(client, isNew);
      if (!this.isClosed) return (this.#client = client);
      this.disconnect(client);
      await this.leaving;
    } catch (error) {
      if (!this.isClosed) throw error;
    }
    throw closedError(this.name);
  }

  /** Makes the next use open a new connection. Work already running on this client keeps it. */
  private lost(client: MailClient): void {
    if (this.#client !== client) return;
    this.without('lost');
    this.#connector.release(this.holder);
    this.#users.lost(client);
  }

  private without(reason: Ended): void {
    this.ended = reason;
    this.#client = undefined;
    this.report.disconnected();
  }

  private disconnect(client: MailClient): void {
    const leaving = client.close().finally(() => {
      if (this.leaving === leaving) this.leaving = undefined;
      this.#connector.release(this.holder);
    });
    this.leaving = leaving;
  }
}

const closedError = (name: string): MailError =>
  new MailError(
    'SESSION_CLOSED',
    `The email session "${name}" was closed`,
    'It was closed by an Email Disconnect node, or because the workflow run ended. Open it again with Email Connect.',
  );
