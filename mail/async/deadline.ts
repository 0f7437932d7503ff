export interface Limits {
  /** Milliseconds; without it, only the signals end the work. */
  timeout?: number;
  signals?: ReadonlyArray<AbortSignal | undefined>;
}

/**
 * Runs work with a signal. The signal is aborted when one of these signals is, with the same reason, or when the time
 * is up, with a TimeoutError. The work decides what to do then.
 *
 * Used instead of `AbortSignal.any` and `AbortSignal.timeout`: Node 20 may garbage-collect their combination while it
 * is still in use, and then it never fires.
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

/** The abort reason when the time is up. */
export const timeIsUp = (): Error => Object.assign(new Error('The time was up'), { name: 'TimeoutError' });

/** Whether a signal was aborted because the time was up. */
export const isLate = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && (reason as Error | undefined)?.name === 'TimeoutError';
