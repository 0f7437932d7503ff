import { Mutex } from '../async/mutex';

/** The tasks of a connection, of which one runs at a time. A task that only waits for mail should end when another comes. */
export class Turns {
  private readonly mutex: Mutex;
  /** Running or not. */
  private tasks = 0;
  /** Those that do not only wait. */
  private urgent = 0;
  private readonly onUrgent = new Set<() => void>();

  /** @param commandTimeout as for `Mutex` */
  constructor(commandTimeout: number) {
    this.mutex = new Mutex(commandTimeout);
  }

  get isFree(): boolean {
    return this.tasks === 0;
  }

  /** Whether a task that does not only wait runs, or is to run. */
  get isUrgent(): boolean {
    return this.urgent > 0;
  }

  /**
   * Waits for its turn.
   *
   * @param onUrgent of a task that only waits: called when another comes
   * @returns ends the turn; safe to call more than once
   * @throws {MailError} COMMAND_TIMEOUT
   */
  async take(onUrgent?: () => void): Promise<() => void> {
    const leave = this.enter(onUrgent);
    try {
      const release = await this.mutex.take();
      return () => {
        leave();
        release();
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  private enter(onUrgent: (() => void) | undefined): () => void {
    const urgent = onUrgent ? 0 : 1;
    this.tasks++;
    this.urgent += urgent;
    if (onUrgent) this.onUrgent.add(onUrgent);
    else for (const end of this.onUrgent) end();
    let isHere = true;
    return () => {
      if (!isHere) return;
      isHere = false;
      this.tasks--;
      this.urgent -= urgent;
      if (onUrgent) this.onUrgent.delete(onUrgent);
    };
  }
}
