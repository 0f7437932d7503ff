import type { IncomingMessage } from 'node:http';

import { readUpTo } from './body';

/** An error response has a few kilobytes, and so does a proxy's error page. */
const MAX_FAULT = 256 * 1024;

/** The body of an error response, up to the useful length. */
export const faultBody = async (reply: IncomingMessage): Promise<string> =>
  (await readUpTo(MAX_FAULT, reply)).text;

/** The delay from a Retry-After header (RFC 9110 section 10.2.3), in milliseconds. */
export function retryAfter(value: string | undefined): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
