import { MailError } from '../errors';

/** How many times the command timeout a piece of work waits. */
const PATIENCE = 5;

/**
 * Lets one piece of work at a time use the connection. IMAP, for one, has one selected folder, so two pieces of work in
 * different folders would read each other's messages.
 */
export class Mutex {
  private tail: Promise<void> = Promise.resolve();
  private readonly timeout: number;

  /** @param commandTimeout milliseconds; a piece of work waits several times as long for its turn */
  constructor(commandTimeout: number) {
    this.timeout = commandTimeout * PATIENCE;
  }

  /**
   * Waits for the turn.
   *
   * @returns gives the turn to the next one; harmless when called again
   * @throws {MailError} COMMAND_TIMEOUT
   */
  async take(): Promise<() => void> {
    const { timeout } = this;
    let release: () => void = () => {};
    const before = this.tail;
    this.tail = new Promise<void>((resolve) => (release = resolve));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(true), timeout)));
    const tooLate = await Promise.race([before.then(() => false), late]);
    clearTimeout(timer);
    if (tooLate) {
      // Its place in the queue is passed on when the one before is done.
      void before.then(release);
      throw new MailError(
        'COMMAND_TIMEOUT',
        `The session was busy with other work for ${timeout / 1000} seconds`,
        'Open a second session with Email Connect for work that runs at the same time.',
      );
    }
    return release;
  }
}
