import { setTimeout as sleep } from 'node:timers/promises';

import { MailError } from '../errors';

/** How many times to ask a busy server, and the longest delay to accept from it, in milliseconds. */
export const ATTEMPTS = 4;
export const LONGEST_WAIT = 5 * 60_000;
/** Default wait in milliseconds, if the server gives none. */
export const BACK_OFF = 10_000;

/** The server has not processed the request, so repeating it is safe. */
export interface Busy {
  /** Milliseconds. */
  backOff: number;
  /** The error, if no further attempt is made. */
  refusal: MailError;
}

/**
 * Sends a request until the server processes it.
 *
 * @param longestWait the longest delay accepted from a busy server, in milliseconds; 0 for a login, whose session waits
 * @throws {MailError} CONNECTION_LIMIT for a login at a busy server
 */
export async function whenNotBusy<T extends object>(
  attempt: () => Promise<T | Busy>,
  { host, longestWait, signal }: { host: string; longestWait: number; signal: AbortSignal },
): Promise<T> {
  for (let count = 1; ; count++) {
    const result = await attempt();
    if (!('backOff' in result)) return result;
    if (longestWait === 0) throw full(host, result.backOff);
    if (result.backOff > longestWait) throw result.refusal;
    if (count === ATTEMPTS) throw tooBusy(host);
    await pause(result.backOff, signal);
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
