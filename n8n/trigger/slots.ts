/** Milliseconds. A run that n8n does not tell the end of, or a very long one, holds up the others no longer. */
const LONGEST = 60 * 60_000;

/** Limits how many runs there are at once. The mail waits in the mailbox. */
export class Slots {
  private taken = 0;
  private wake: () => void = () => {};

  constructor(
    private readonly most: number,
    private readonly longest = LONGEST,
  ) {}

  get free(): number {
    return this.most - this.taken;
  }

  /** @returns gives the slot back; safe to call more than once */
  take(): () => void {
    this.taken++;
    let isHeld = true;
    const give = () => {
      if (!isHeld) return;
      isHeld = false;
      clearTimeout(timer);
      this.taken--;
      this.wake();
    };
    const timer = setTimeout(give, this.longest);
    timer.unref();
    return give;
  }

  /** Waits until one is free, or the signal is aborted. */
  async some(signal: AbortSignal): Promise<void> {
    while (this.free <= 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.wake = wake;
        signal.addEventListener('abort', wake);
      });
    }
  }
}
