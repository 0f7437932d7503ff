import { MAIL_ERROR_CODES, isMailError } from '../../mail/errors';

/** All in milliseconds. A failure that is over before this time is told to nobody but the log. */
const LASTS = 60_000;
/** A person is told again after this time. */
const TOLD_FOR = 6 * 60 * 60_000;
/** A connection that lasted this long ends the outage before it. */
const STEADY = 30_000;
/** An attempt that fails takes less. */
const LONGEST_ATTEMPT = 5 * 60_000;

/** The waits before the next attempt, doubled after each. Milliseconds. */
const PATIENT = { first: 1_000, most: 60_000 };
/** A server that refuses a login again and again may lock the account. */
const REFUSED = { first: 60_000, most: 15 * 60_000 };

/** A time without mail. Milliseconds since the epoch. */
export interface Gap {
  since: number;
  until: number;
}

/** How to go on after a failure. */
export interface Next {
  /** Milliseconds until the next attempt. */
  wait: number;
  /** Whether a person has to be told now. */
  tell: boolean;
}

/** Counts the failures in a row: how long to wait, when to tell a person, and since when mail was not heard. */
export class Outage {
  private since?: number;
  private connectedAt?: number;
  private toldAt?: number;
  private attempts = 0;
  private retryAt = Infinity;

  constructor(
    private readonly now: () => number = Date.now,
    private readonly random: () => number = Math.random,
  ) {}

  failed(error: unknown): Next {
    const now = this.now();
    const wasSteady = this.connectedAt !== undefined && now - this.connectedAt >= STEADY;
    if (wasSteady || now - this.retryAt >= LONGEST_ATTEMPT) this.forget();
    this.connectedAt = undefined;
    this.since ??= now;
    const { first, most } = isFinal(error) ? REFUSED : PATIENT;
    const longest = Math.min(most, first * 2 ** Math.min(this.attempts++, 20));
    const tell = now - this.since >= LASTS && (this.toldAt === undefined || now - this.toldAt >= TOLD_FOR);
    if (tell) this.toldAt = now;
    // So that the triggers of one server do not come back all at once.
    const wait = longest * (0.5 + this.random() / 2);
    this.retryAt = now + wait;
    return { wait, tell };
  }

  /** The server has been reached. Returns whether there was an outage. */
  connected(): boolean {
    const isNews = this.since !== undefined && this.connectedAt === undefined;
    this.connectedAt ??= this.now();
    return isNews;
  }

  /** The outage that is over, once, if it lasted. */
  takeGap(): Gap | undefined {
    const { since, connectedAt: until } = this;
    if (since === undefined || until === undefined) return undefined;
    this.forget();
    return until - since >= LASTS ? { since, until } : undefined;
  }

  private forget(): void {
    this.since = undefined;
    this.toldAt = undefined;
    this.attempts = 0;
  }
}

/** Whether the next attempt will fail too, unless somebody changes something. */
const isFinal = (error: unknown): boolean =>
  isMailError(error) && MAIL_ERROR_CODES[error.code].retry === 'no';
