import { KeyedSemaphore } from '../async/keyed-semaphore';
import { MailError } from '../errors';

/**
 * Maximum number of concurrent requests of an app to one mailbox
 * (https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits). Requests in a batch count individually.
 */
export const AT_ONCE = 4;

/** Shared by all sessions of this process: Graph counts by app and mailbox. */
const requests = new KeyedSemaphore(AT_ONCE);

/**
 * Waits until the given number of requests to a mailbox may start.
 *
 * @param patience milliseconds
 * @returns call when the requests have ended; safe to call more than once
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
