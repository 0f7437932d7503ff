/** How to wait for a turn. */
export interface TurnOptions {
  /** How much of the semaphore to take; 1 by default. Not more than its size. */
  count?: number;
  /** Milliseconds; without it, the wait is unlimited. */
  timeout?: number;
  /** Cancels the wait. */
  signal?: AbortSignal;
  /** Who waits, for `line`. */
  who?: unknown;
  /** Creates the error to throw when the time is up. It says what was waited for. */
  late?: () => Error;
}

interface Waiter {
  who: unknown;
  count: number;
  start: () => void;
}

/**
 * Lets a limited number of users in at the same time, in order of arrival. A new request queues behind those that are
 * waiting, even if there is room for it: otherwise a large request might wait forever.
 */
export class Semaphore {
  private free: number;
  private readonly waiters: Waiter[] = [];

  constructor(private readonly size: number) {
    this.free = size;
  }

  /** Whether nobody is using it or waiting for it. */
  get idle(): boolean {
    return this.free === this.size && this.waiters.length === 0;
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.waiters.length;
  }

  /** Who waits, the next one first. */
  get line(): unknown[] {
    return this.waiters.map(({ who }) => who);
  }

  /** Whether a new request would have to wait. */
  get full(): boolean {
    return this.free === 0 || this.waiting > 0;
  }

  /**
   * Waits for its turn.
   *
   * @returns ends the turn; safe to call more than once
   * @throws what `late` returns when the time is up; what the signal was aborted with
   */
  async take({ count = 1, timeout, signal, who, late = tooLate }: TurnOptions = {}): Promise<() => void> {
    if (count > this.size) throw new RangeError(`${count} of ${this.size} can never be had`);
    signal?.throwIfAborted();
    if (this.waiters.length > 0 || count > this.free) await this.wait(count, { timeout, signal, who, late });
    else this.free -= count;
    let held = true;
    return () => {
      if (held) this.give(count);
      held = false;
    };
  }

  private async wait(
    count: number,
    { timeout, signal, who, late }: Omit<TurnOptions, 'count' | 'late'> & { late: () => Error },
  ): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        done();
      };
      const leave = (error: unknown) => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        settle(() => reject(error as Error));
        // Requests behind this one may need less.
        this.startNext();
      };
      const giveUp = () => leave(signal?.reason);
      const waiter: Waiter = { who, count, start: () => settle(resolve) };
      const timer = timeout === undefined ? undefined : setTimeout(() => leave(late()), timeout);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.waiters.push(waiter);
    });
  }

  private give(count: number): void {
    this.free += count;
    this.startNext();
  }

  private startNext(): void {
    for (let [first] = this.waiters; first && first.count <= this.free; [first] = this.waiters) {
      this.waiters.shift();
      this.free -= first.count;
      first.start();
    }
  }
}

const tooLate = (): Error => new Error('the time was up');
