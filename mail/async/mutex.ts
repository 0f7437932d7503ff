import { MailError } from '../errors';
import { Semaphore } from './semaphore';

/** A task waits this many command timeouts for its turn. */
const PATIENCE = 5;

/**
 * How long a task waits for other tasks, in milliseconds.
 *
 * @param commandTimeout milliseconds
 */
export const patienceFor = (commandTimeout: number): number => commandTimeout * PATIENCE;

/**
 * Lets one task at a time use the connection. IMAP, for example, has one selected folder, so tasks in different folders
 * would read each other's messages.
 */
export class Mutex {
  private readonly turns = new Semaphore(1);
  private readonly timeout: number;

  /** @param commandTimeout milliseconds; a task waits several times as long for its turn */
  constructor(commandTimeout: number) {
    this.timeout = patienceFor(commandTimeout);
  }

  /**
   * Waits for its turn.
   *
   * @returns releases the mutex; safe to call more than once
   * @throws {MailError} COMMAND_TIMEOUT
   */
  async take(): Promise<() => void> {
    const { timeout } = this;
    return await this.turns.take({ timeout, late: () => busyWithOtherWork(timeout) });
  }
}

const busyWithOtherWork = (timeout: number): MailError =>
  new MailError(
    'COMMAND_TIMEOUT',
    `The session was busy with other work for ${timeout / 1000} seconds`,
    'Open a second session with Email Connect for work that runs at the same time.',
  );
