import { MailError } from '../errors';
import { seconds } from '../text';
import { ConnectionHolders, type ConnectionHolder } from './connection-holders';
import { KeyedSemaphore } from './keyed-semaphore';
import { MAX_CONNECTIONS, maxConnections } from './max-connections';
import { serverLines } from './server-lines';

export type { ConnectionHolder } from './connection-holders';

/** What a connection is waited for: one of this process's own, or the server's. */
export type WaitsFor = 'own limit' | 'server';

export interface ConnectOptions {
  /** How long to wait for a connection, in milliseconds. */
  timeout: number;
  /** Cancels the wait. */
  signal?: AbortSignal;
  onWait?: (waitsFor: WaitsFor) => void;
  /** Whether somebody has passed on a connection to it. Then `login` need not ask the server. */
  isServed?: () => boolean;
}

/**
 * Limits the connections to one account, because servers do (Gmail: 15; Dovecot: 10 for each user and address) and
 * answer the next one with an error that looks like a wrong password.
 *
 * At the limit, and when the server itself is full, somebody has to give up a connection: first a spare one, then the
 * least recently used one that is idle, then one that only waits for mail. Its session reopens it when needed. New
 * holders wait in order of arrival. When a holder finishes a task, it gives its connection to the first in the queue,
 * and queues itself when it needs one again. So a busy holder cannot block the others.
 */
export class ConnectionLimit {
  private readonly accounts = new Map<string, ConnectionHolders>();
  private turns?: KeyedSemaphore;

  /**
   * @param max connections to an account; what the operator has set, if absent
   * @param turn milliseconds that a holder keeps its connection at least, even if others wait: a login costs more than
   *   most tasks
   */
  constructor(
    private readonly max?: number,
    private readonly turn = 0,
  ) {}

  /**
   * Waits for a place among this process's connections, and then for one at the server.
   *
   * @param login rejects with CONNECTION_LIMIT if the server is full
   * @throws {MailError} CONNECTION_LIMIT if no connection became free within the timeout; what `login` throws otherwise
   * @throws what the signal was aborted with
   */
  async connect<T>(
    account: string,
    holder: ConnectionHolder,
    login: () => Promise<T>,
    { timeout, signal, onWait, isServed }: ConnectOptions,
  ): Promise<T> {
    const end = Date.now() + timeout;
    await this.acquire(account, holder, timeout, signal, () => onWait?.('own limit'));
    try {
      return await serverLines.enter(account, login, {
        ...{ timeout: Math.max(0, end - Date.now()), signal, who: holder, isServed },
        onWait: () => onWait?.('server'),
      });
    } catch (error) {
      this.release(account, holder);
      throw error;
    }
  }

  /**
   * Waits for a place among this process's connections.
   *
   * @param signal cancels the wait
   * @throws {MailError} CONNECTION_LIMIT if no connection became free within `timeout` milliseconds
   * @throws what the signal was aborted with
   */
  async acquire(
    account: string,
    holder: ConnectionHolder,
    timeout: number,
    signal?: AbortSignal,
    onWait?: () => void,
  ): Promise<void> {
    const max = this.max ?? maxConnections();
    this.turns ??= new KeyedSemaphore(max);
    const taking = this.turns.take(account, {
      ...{ timeout, signal, who: holder },
      late: () => allInUse(max, timeout),
    });
    this.accounts.get(account)?.makeRoom();
    if (this.turns.waiting(account) > 0) onWait?.();
    const release = await taking;
    this.holdersOf(account).add(holder, release);
  }

  /** Who gets the connections to this account that are given up, the next one first. Undefined if that is not known. */
  line(account: string): Array<ConnectionHolder | undefined> {
    const line = serverLines.waiting(account) > 0 ? serverLines.line(account) : this.turns?.line(account);
    return (line ?? []) as Array<ConnectionHolder | undefined>;
  }

  /** Call when the holder has finished a task. It becomes the most recently used. */
  used(account: string, holder: ConnectionHolder): void {
    this.accounts.get(account)?.used(holder);
  }

  /** Gives the place of one holder to another, with its connection. */
  handOver(account: string, from: ConnectionHolder, to: ConnectionHolder): void {
    this.accounts.get(account)?.handOver(from, to);
  }

  release(account: string, holder: ConnectionHolder): void {
    this.accounts.get(account)?.release(holder);
  }

  /** The same for a holder whose connection stays open: somebody in line gets it, and then `isServed`. */
  passOn(account: string, holder: ConnectionHolder): void {
    this.accounts.get(account)?.release(holder, true);
  }

  /** Closes the holder's connection, unless it is in use. Returns whether it does. */
  giveUp(account: string, holder: ConnectionHolder): boolean {
    return this.accounts.get(account)?.giveUp(holder) ?? false;
  }

  private waiting(account: string): number {
    return (this.turns?.waiting(account) ?? 0) + serverLines.waiting(account);
  }

  private holdersOf(account: string): ConnectionHolders {
    const known = this.accounts.get(account);
    if (known) return known;
    const holders = new ConnectionHolders(
      this.turn,
      () => this.waiting(account),
      (isPassedOn) => {
        if (holders.isEmpty) this.accounts.delete(account);
        if (holders.isEmpty) leave();
        if (isPassedOn) serverLines.served(account);
        else serverLines.freed(account);
      },
    );
    // A session that logs in again during its work waits only at the server.
    const leave = serverLines.join(account, () => holders.makeRoom());
    this.accounts.set(account, holders);
    return holders;
  }
}

function allInUse(max: number, waited: number): MailError {
  const [what, awaited] =
    max === 1
      ? ['The only connection to this account is in use', 'it']
      : [`All ${max} connections to this account are in use`, 'one of them'];
  return new MailError(
    'CONNECTION_LIMIT',
    what,
    `n8n waited ${seconds(waited)} for ${awaited}. Let fewer workflows use this account at the same time, or close sessions earlier with Email Disconnect. If the server allows more, the operator of n8n can raise ${MAX_CONNECTIONS}.`,
  );
}
