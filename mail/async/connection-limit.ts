import { MailError } from '../errors';
import { KeyedSemaphore } from './keyed-semaphore';

/** Something that holds one connection and can be asked to give it up while the connection is not in use. */
export interface ConnectionHolder {
  /** Closes the connection and returns true; returns false if the connection is in use. */
  yieldConnection(): boolean;
}

/**
 * The connection holders of an account, with the function that releases each one's slot. The least recently used is
 * first.
 */
type Held = Map<ConnectionHolder, () => void>;

/**
 * Limits the connections to one account, because servers do (Gmail: 15; Dovecot: 10 for each user and address) and
 * answer the next one with an error that looks like a wrong password.
 *
 * At the limit, the least recently used connection that is idle is closed. Its session reopens it when needed. A new
 * holder waits only if all connections are in use, in order of arrival. When a holder finishes a task, it gives its
 * connection to the first in the queue, and queues itself when it needs one again. So a busy holder cannot block the
 * others.
 */
export class ConnectionLimit {
  private readonly held = new Map<string, Held>();
  private readonly turns: KeyedSemaphore;

  constructor(private readonly max = 8) {
    this.turns = new KeyedSemaphore(max);
  }

  /**
   * @param signal cancels the wait
   * @throws {MailError} CONNECTION_LIMIT if no connection became free within `timeout` milliseconds
   * @throws what the signal was aborted with
   */
  async acquire(
    account: string,
    holder: ConnectionHolder,
    timeout: number,
    signal?: AbortSignal,
  ): Promise<void> {
    if (this.turns.isFull(account)) this.askForOne(account);
    const release = await this.turns.take(account, { timeout, signal, late: () => allInUse(this.max) });
    const held: Held = this.held.get(account) ?? new Map();
    this.held.set(account, held.set(holder, release));
  }

  /**
   * Call when the holder has finished a task. It becomes the most recently used, and gives its slot to the first in the
   * queue.
   */
  used(account: string, holder: ConnectionHolder): void {
    const held = this.held.get(account);
    const release = held?.get(holder);
    if (!held || !release) return;
    held.delete(holder);
    held.set(holder, release);
    if (this.turns.hasWaiters(account) && holder.yieldConnection()) this.release(account, holder);
  }

  release(account: string, holder: ConnectionHolder): void {
    const held = this.held.get(account);
    const release = held?.get(holder);
    if (!held || !release) return;
    held.delete(holder);
    if (held.size === 0) this.held.delete(account);
    release();
  }

  private askForOne(account: string): void {
    const holders = [...(this.held.get(account)?.keys() ?? [])];
    const idle = holders.find((holder) => holder.yieldConnection());
    if (idle) this.release(account, idle);
  }
}

const allInUse = (max: number): MailError =>
  new MailError(
    'CONNECTION_LIMIT',
    `All ${max} connections to this account are in use`,
    'Let fewer workflows use this account at the same time, or close sessions earlier with Email Disconnect.',
  );
