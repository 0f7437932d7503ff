import { setTimeout as sleep } from 'node:timers/promises';

import { MailError } from '../errors';

/** The longest time to wait for a busy server, all waits for one request together. Milliseconds. */
export const LONGEST_WAIT = 5 * 60_000;
/** Default wait in milliseconds, if the server gives none. */
export const BACK_OFF = 10_000;
/** The least and the longest wait that is chosen here for a server that stays busy. Milliseconds. */
const OWN_LEAST = 1000;
const OWN_MOST = 60_000;

/**
 * The waits for a server that stays busy. It may always ask for the same short time, or for none
 * (https://github.com/microsoftgraph/msgraph-sdk-javascript/issues/297), so each wait is twice as long as the one
 * before, if the server does not ask for more.
 */
export class BusyWaits {
  private total = 0;
  private least = 0;

  constructor(private readonly longest = LONGEST_WAIT) {}

  /**
   * @param asked the time that the server asks for, in milliseconds
   * @returns milliseconds to wait; undefined to give up
   */
  next(asked: number): number | undefined {
    const wait = Math.max(asked, this.least);
    if (this.total + wait > this.longest) return undefined;
    this.total += wait;
    this.least = Math.min(OWN_MOST, Math.max(OWN_LEAST, wait * 2));
    return wait;
  }
}

/** The server has not processed the request, so repeating it is safe. */
export interface Busy {
  /** Milliseconds. */
  backOff: number;
}

/**
 * Sends a request until the server processes it.
 *
 * @param longestWait the longest time to wait for it, in milliseconds; 0 for a login, whose session waits
 * @throws {MailError} CONNECTION_LIMIT for a login at a busy server; SERVER_REFUSED for one that stays busy
 */
export async function whenNotBusy<T extends object>(
  attempt: () => Promise<T | Busy>,
  { host, longestWait, signal }: { host: string; longestWait: number; signal: AbortSignal },
): Promise<T> {
  const waits = new BusyWaits(longestWait);
  for (;;) {
    const result = await attempt();
    if (!('backOff' in result)) return result;
    if (longestWait === 0) throw full(host, result.backOff);
    const wait = waits.next(result.backOff);
    if (wait === undefined) throw tooBusy(host);
    await pause(wait, signal);
  }
}

/** @throws {MailError} CONNECTION_LOST if the session was closed during the pause */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {
    throw connectionClosed();
  });
}

/** A login at a busy server. The session waits for it as for a server with too many connections. */
export const full = (host: string, backOff: number): MailError =>
  new MailError(
    'CONNECTION_LIMIT',
    `${host} accepts no more work for this mailbox now`,
    'Let fewer workflows use this mailbox at the same time, or try again later.',
    backOff,
  );

export const tooBusy = (host: string): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `${host} is still too busy`,
    'Try again later, with fewer messages at a time, or ask the administrator about throttling policies.',
    0,
  );

export const connectionClosed = (): MailError =>
  new MailError('CONNECTION_LOST', 'The connection to Exchange was closed', 'Try again.');
