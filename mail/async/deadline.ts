export interface Limits {
  /** Milliseconds; without it only the signals end the work. */
  timeout?: number;
  signals?: ReadonlyArray<AbortSignal | undefined>;
}

/**
 * Runs work with a signal that is aborted when one of these is, with its reason, or when the time is up, with a
 * TimeoutError. What the work makes of that is its own affair.
 *
 * In place of `AbortSignal.any` and `AbortSignal.timeout`: Node 20 may collect what the two make together while somebody
 * waits for it, and then it never fires.
 */
export async function withDeadline<T>(
  { timeout, signals = [] }: Limits,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const given = signals.filter((signal) => signal !== undefined);
  const links = given.map((signal) => [signal, () => controller.abort(signal.reason)] as const);
  const timer =
    timeout === undefined ? undefined : setTimeout(() => controller.abort(timeIsUp()), Math.max(0, timeout));
  for (const [signal, link] of links) {
    if (signal.aborted) link();
    else signal.addEventListener('abort', link, { once: true });
  }
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    for (const [signal, link] of links) signal.removeEventListener('abort', link);
  }
}

/** What a signal is aborted with when the time is up. */
export const timeIsUp = (): Error => Object.assign(new Error('The time was up'), { name: 'TimeoutError' });

/** Whether a signal was aborted because of the time. */
export const isLate = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && (reason as Error | undefined)?.name === 'TimeoutError';
