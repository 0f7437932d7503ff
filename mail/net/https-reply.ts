import type { IncomingMessage } from 'node:http';

import { readUpTo } from './body';

/** An error response has a few kilobytes, and so does a proxy's error page. */
const MAX_FAULT = 256 * 1024;

/** The body of an error response, up to the useful length. */
export const faultBody = async (reply: IncomingMessage): Promise<string> =>
  (await readUpTo(MAX_FAULT, reply)).text;

/**
 * The delay from a Retry-After header (RFC 9110 section 10.2.3), in milliseconds.
 *
 * @param date the header Date of the same response: the clock of this machine may be another one
 */
export function retryAfter(value: string | undefined, date?: string): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Date.parse(value) - timeOf(date) : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function timeOf(date = ''): number {
  const time = Date.parse(date);
  return Number.isNaN(time) ? Date.now() : time;
}
