import { MailError } from '../errors';

/**
 * Waits for work that may be shared with others, until the caller's signal is aborted. The work itself continues.
 *
 * @throws {MailError} SESSION_CLOSED
 */
export async function withAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  let giveUp = () => {};
  const abandoned = new Promise<never>((_, reject) => {
    giveUp = () => reject(new MailError('SESSION_CLOSED', 'The login was cancelled', 'Try again.'));
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
  });
  try {
    return await Promise.race([work, abandoned]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
