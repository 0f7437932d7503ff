import { MailError } from '../errors';

/**
 * Waits for work that others may share, for as long as the signal lets this caller. The work itself goes on.
 *
 * @throws {MailError} SESSION_CLOSED
 */
export async function withAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  let giveUp = () => {};
  const abandoned = new Promise<never>((_, reject) => {
    giveUp = () =>
      reject(new MailError('SESSION_CLOSED', 'The login was cancelled', 'Run the workflow again.'));
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
  });
  try {
    return await Promise.race([work, abandoned]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
