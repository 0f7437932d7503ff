import type { MailClient } from '../model/client';
import type { CloseReason, SessionEvent, SessionObserver } from './observer';
import { UsageMeter, type SessionUsage } from './usage';

/** What the session waited for, and how many milliseconds. */
export type Waits = Array<Pick<Extract<SessionEvent, { type: 'waited' }>, 'waitsFor' | 'took'>>;

const MOST_WAITS = 10;

/** What a session tells of itself: to its observer, and what it has cost. */
export class SessionReport {
  // Private at runtime too, not only for TypeScript: it holds a client, and that the login.
  readonly #meter = new UsageMeter();
  /** The last ones. */
  private readonly waited: Waits = [];

  constructor(
    private readonly session: string,
    private readonly account: string,
    private readonly observer?: SessionObserver,
  ) {}

  get usage(): SessionUsage {
    return this.#meter.total;
  }

  /** Since this was last asked. */
  takeWaits(): Waits {
    return this.waited.splice(0);
  }

  tell(event: SessionEvent): void {
    if (event.type === 'waited') {
      this.#meter.waited(event.took);
      if (this.waited.push(event) > MOST_WAITS) this.waited.shift();
    }
    this.observer?.({ session: this.session, account: this.account, event });
  }

  connected(client: MailClient, isNew: boolean): void {
    this.#meter.connected(client, isNew);
  }

  disconnected(): void {
    this.#meter.disconnected();
  }

  closed(reason: CloseReason, isKept: boolean): void {
    this.#meter.end();
    this.tell({ type: 'closed', reason, isKept, usage: this.usage });
  }
}
