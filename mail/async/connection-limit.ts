import { MailError } from '../errors';

/** Something that holds one connection and can be asked to give it up while it does not use it. */
export interface ConnectionHolder {
  /** Closes the connection and answers true, or answers false because it is in use. */
  yieldConnection(): boolean;
}

/**
 * Bounds the connections to one account, because servers do (Gmail 15, Dovecot 10 for each user and
 * address) and answer the next one with an error that reads like a wrong password.
 *
 * At the bound the connection unused for longest is closed: its session opens it again when it needs it.
 * Only when all are in use does a newcomer wait.
 */
export class ConnectionLimit {
  // Insertion order is order of last use: a holder moves to the end by `used`.
  private readonly held = new Map<string, Set<ConnectionHolder>>();
  private readonly waiting = new Map<string, Array<() => void>>();

  constructor(private readonly max = 8) {}

  /**
   * @param signal gives up the wait
   * @throws {MailError} CONNECTION_LIMIT when no connection became free in `timeout` milliseconds
   */
  async acquire(
    account: string,
    holder: ConnectionHolder,
    timeout: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const deadline = Date.now() + timeout;
    const held = this.held.get(account) ?? new Set();
    this.held.set(account, held);
    while (held.size >= this.max) {
      const idle = [...held].find((other) => other.yieldConnection());
      if (idle) {
        held.delete(idle);
      } else if (!(await this.changed(account, deadline - Date.now(), signal))) {
        throw new MailError(
          'CONNECTION_LIMIT',
          `All ${this.max} connections to this account are in use`,
          'Let fewer workflows use this account at the same time, or close sessions earlier with Email Disconnect.',
        );
      }
    }
    held.add(holder);
  }

  /** The holder has done a piece of work: it is the one used last, and may now be asked to yield. */
  used(account: string, holder: ConnectionHolder): void {
    const held = this.held.get(account);
    if (!held?.delete(holder)) return;
    held.add(holder);
    this.wakeNext(account);
  }

  release(account: string, holder: ConnectionHolder): void {
    if (this.held.get(account)?.delete(holder)) this.wakeNext(account);
  }

  private wakeNext(account: string): void {
    this.waiting.get(account)?.[0]?.();
  }

  /** Resolves with true when it is worth another look, with false after `timeout`. */
  private async changed(account: string, timeout: number, signal?: AbortSignal): Promise<boolean> {
    if (timeout <= 0 || signal?.aborted) return false;
    const waiters = this.waiting.get(account) ?? [];
    this.waiting.set(account, waiters);
    return await new Promise((resolve) => {
      const wake = (changed: boolean) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        const position = waiters.indexOf(onChange);
        if (position >= 0) waiters.splice(position, 1);
        if (waiters.length === 0) this.waiting.delete(account);
        resolve(changed);
      };
      const onChange = () => wake(true);
      const giveUp = () => wake(false);
      const timer = setTimeout(giveUp, timeout);
      signal?.addEventListener('abort', giveUp, { once: true });
      waiters.push(onChange);
    });
  }
}
