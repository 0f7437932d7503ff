import { MailError, isMailError } from '../errors';
import { seconds } from '../text';
import { Semaphore } from './semaphore';

/** How long the first in line pauses after a refusal, in milliseconds: doubled each time, and never the same in two processes. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;

export interface LineOptions {
  /** Milliseconds to wait for a place. */
  timeout: number;
  /** Cancels the wait. */
  signal?: AbortSignal;
  /** Who waits, for `line`. */
  who?: unknown;
  /** Whether somebody has left an open connection for it, so that the server need not be asked. */
  isServed?: () => boolean;
  /** Called when the wait begins. */
  onWait?: () => void;
}

/** The line in front of one server, for one account. */
export class ServerLine {
  private readonly turns = new Semaphore(1);
  private entering = 0;
  private first?: unknown;
  private pause = FIRST_PAUSE;
  private nextAttempt = 0;
  /** What the server itself asked for. */
  private notBefore = 0;
  private wake = () => {};
  private refusal?: MailError;

  get waiting(): number {
    return this.turns.waiting + (this.turns.full ? 1 : 0);
  }

  get line(): unknown[] {
    return [...(this.turns.full ? [this.first] : []), ...this.turns.line];
  }

  get isEmpty(): boolean {
    return this.entering === 0;
  }

  served(): void {
    this.wake();
  }

  freed(): void {
    this.pause = FIRST_PAUSE;
    this.nextAttempt = 0;
    this.wake();
  }

  async enter<T>(login: () => Promise<T>, options: LineOptions, onFull: () => void): Promise<T> {
    this.entering++;
    try {
      if (this.waiting === 0 || options.isServed?.()) {
        try {
          return await login();
        } catch (error) {
          this.refused(error);
        }
      }
      return await this.lineUp(login, options, onFull);
    } finally {
      this.entering--;
    }
  }

  private async lineUp<T>(login: () => Promise<T>, options: LineOptions, onFull: () => void): Promise<T> {
    const { timeout, signal, who, isServed = () => false, onWait } = options;
    const since = Date.now();
    const late = () => stillFull(this.refusal, Date.now() - since);
    onWait?.();
    const taking = this.turns.take({ timeout, signal, late });
    onFull();
    const leave = await taking;
    this.first = who;
    try {
      for (;;) {
        await this.untilNextAttempt(since + timeout, isServed, signal);
        signal?.throwIfAborted();
        const wasServed = isServed();
        if (!wasServed && Math.max(Date.now(), this.notBefore) >= since + timeout) throw late();
        try {
          const result = await login();
          // There may be room for the next one too.
          if (!wasServed) this.freed();
          return result;
        } catch (error) {
          this.refused(error);
          onFull();
        }
      }
    } finally {
      this.first = undefined;
      leave();
    }
  }

  /** @throws the error, if it is not about the number of connections */
  private refused(error: unknown): void {
    if (!isMailError(error, 'CONNECTION_LIMIT')) throw error;
    this.refusal = error;
    this.notBefore = Math.max(this.notBefore, Date.now() + (error.retryAfter ?? 0));
    this.nextAttempt = Date.now() + this.pause * (0.5 + Math.random());
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  private async untilNextAttempt(
    end: number,
    isServed: () => boolean,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (signal?.aborted || isServed()) return;
    // If the server asks for more time than there is, the wait would be for nothing.
    if (this.notBefore >= end) return;
    const milliseconds = Math.min(Math.max(this.nextAttempt, this.notBefore), end) - Date.now();
    if (milliseconds <= 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      // A connection of ours that has ended does not shorten the time that the server asked for.
      this.wake = () =>
        Date.now() >= this.notBefore || signal?.aborted || isServed() ? resolve() : undefined;
      timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener('abort', this.wake, { once: true });
    });
    clearTimeout(timer);
    signal?.removeEventListener('abort', this.wake);
    this.wake = () => {};
  }
}

function stillFull(refusal: MailError | undefined, waited: number): MailError {
  const { message = 'The server allows no more connections from this account', description = '' } =
    refusal ?? {};
  return new MailError(
    'CONNECTION_LIMIT',
    message,
    `n8n waited ${seconds(waited)} for a connection. ${description}`.trim(),
  );
}
