import type { RunOutcome } from './start-run';

/** Milliseconds. If n8n cannot start a run, it says so before. */
const STARTS_WITHIN = 1_000;

/**
 * For "Remember In": marks messages as soon as it is sure that there is a run for them, once.
 *
 * @param outcome of the run; rejects if there is none
 */
export function whenStarted(outcome: Promise<RunOutcome>, mark: () => void): void {
  let isOpen = true;
  const once = (isStarted: boolean) => {
    clearTimeout(timer);
    if (isOpen && isStarted) mark();
    isOpen = false;
  };
  const timer = setTimeout(() => once(true), STARTS_WITHIN);
  timer.unref();
  outcome.then(
    () => once(true),
    () => once(false),
  );
}
