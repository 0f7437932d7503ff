import { KeyedSemaphore } from '../async/keyed-semaphore';
import { MailError } from '../errors';

/**
 * How many requests an app may have under way at one mailbox
 * (https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits). A batch has as many, too.
 */
export const AT_ONCE = 4;

/** Of this process, whatever the number of sessions: Graph counts by app and mailbox. */
const requests = new KeyedSemaphore(AT_ONCE);

/**
 * Waits until so many requests to a mailbox may begin.
 *
 * @param patience milliseconds
 * @returns to be called at their end; harmless when called again
 * @throws {MailError} COMMAND_TIMEOUT
 * @throws what the signal was aborted with
 */
export const takeSlots = async (
  mailbox: string,
  count: number,
  { patience, signal }: { patience: number; signal: AbortSignal },
): Promise<() => void> =>
  await requests.take(mailbox, { count, timeout: patience, signal, late: () => busyWithOthers(patience) });

const busyWithOthers = (patience: number): MailError =>
  new MailError(
    'COMMAND_TIMEOUT',
    `The mailbox was busy with other requests of this n8n for ${patience / 1000} seconds`,
    'Let fewer workflows work in this mailbox at the same time.',
  );
