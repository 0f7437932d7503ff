import { MailError } from '../errors';
import { Semaphore } from './semaphore';

/** How many times the command timeout a piece of work waits for its turn. */
const PATIENCE = 5;

/**
 * How long a piece of work waits for others to be done, in milliseconds.
 *
 * @param commandTimeout milliseconds
 */
export const patienceFor = (commandTimeout: number): number => commandTimeout * PATIENCE;

/**
 * Lets one piece of work at a time use the connection. IMAP, for one, has one selected folder, so two pieces of work in
 * different folders would read each other's messages.
 */
export class Mutex {
  private readonly turns = new Semaphore(1);
  private readonly timeout: number;

  /** @param commandTimeout milliseconds; a piece of work waits several times as long for its turn */
  constructor(commandTimeout: number) {
    this.timeout = patienceFor(commandTimeout);
  }

  /**
   * Waits for the turn.
   *
   * @returns gives the turn to the next one; harmless when called again
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
