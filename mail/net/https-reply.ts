import type { IncomingMessage } from 'node:http';

import { readUpTo } from './body';

/** A fault has a few kilobytes, and so has a proxy's error page. */
const MAX_FAULT = 256 * 1024;

/** The body of a reply that is no success, as far as it is worth reading. */
export const faultBody = async (reply: IncomingMessage): Promise<string> =>
  (await readUpTo(MAX_FAULT, reply)).text;

/** How long a header Retry-After says to wait (RFC 9110 section 10.2.3), in milliseconds. */
export function retryAfter(value: string | undefined): number | undefined {
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
