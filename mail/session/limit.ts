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
  // Insertion order is order of last use: a holder moves to the end by `touch`.
  private readonly held = new Map<string, Set<ConnectionHolder>>();
  private readonly waiting = new Map<string, Array<() => void>>();

  constructor(private readonly max = 8) {}

  /** @throws {MailError} CONNECTION_LIMIT when no connection became free in `timeout` milliseconds */
  async acquire(account: string, holder: ConnectionHolder, timeout: number): Promise<void> {
    const deadline = Date.now() + timeout;
    const held = this.held.get(account) ?? new Set();
    this.held.set(account, held);
    while (held.size >= this.max) {
      const idle = [...held].find((other) => other.yieldConnection());
      if (idle) {
        held.delete(idle);
      } else if (!(await this.freed(account, deadline - Date.now()))) {
        throw new MailError(
          'CONNECTION_LIMIT',
          `All ${this.max} connections to this account are in use`,
          'Let fewer workflows use this account at the same time, or close sessions earlier with Email Disconnect.',
        );
      }
    }
    held.add(holder);
  }

  /** Marks the holder as the one used last. */
  touch(account: string, holder: ConnectionHolder): void {
    const held = this.held.get(account);
    if (held?.delete(holder)) held.add(holder);
  }

  release(account: string, holder: ConnectionHolder): void {
    if (this.held.get(account)?.delete(holder)) this.waiting.get(account)?.shift()?.();
  }

  /** Resolves with true when a connection of the account was released, with false after `timeout`. */
  private async freed(account: string, timeout: number): Promise<boolean> {
    if (timeout <= 0) return false;
    const waiters = this.waiting.get(account) ?? [];
    this.waiting.set(account, waiters);
    return await new Promise((resolve) => {
      const wake = (freed: boolean) => {
        clearTimeout(timer);
        const position = waiters.indexOf(onFreed);
        if (position >= 0) waiters.splice(position, 1);
        if (waiters.length === 0) this.waiting.delete(account);
        resolve(freed);
      };
      const onFreed = () => wake(true);
      const timer = setTimeout(() => wake(false), timeout);
      waiters.push(onFreed);
    });
  }
}
