import { MailError } from '../errors';
import { KeyedSemaphore } from './keyed-semaphore';

/** Something that holds one connection and can be asked to give it up while it does not use it. */
export interface ConnectionHolder {
  /** Closes the connection and answers true, or answers false because it is in use. */
  yieldConnection(): boolean;
}

/** The holders of an account's connections, with what gives their turn back. The one unused for longest is first. */
type Held = Map<ConnectionHolder, () => void>;

/**
 * Bounds the connections to one account, because servers do (Gmail 15, Dovecot 10 for each user and
 * address) and answer the next one with an error that reads like a wrong password.
 *
 * At the bound the connection unused for longest is closed: its session opens it again when it needs it.
 * Only when all are in use does a newcomer wait, behind those who wait already. Then whoever has done a piece of work
 * gives its connection to the first of them, and lines up itself when it needs one again: a holder that goes on and on
 * keeps nobody out.
 */
export class ConnectionLimit {
  private readonly held = new Map<string, Held>();
  private readonly turns: KeyedSemaphore;

  constructor(private readonly max = 8) {
    this.turns = new KeyedSemaphore(max);
  }

  /**
   * @param signal gives up the wait
   * @throws {MailError} CONNECTION_LIMIT when no connection became free in `timeout` milliseconds
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

  /** The holder has done a piece of work: it is the one used last, and gives its turn to who waits for one. */
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
