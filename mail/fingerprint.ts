import { createHmac, randomBytes } from 'node:crypto';

const SYMBOL = Symbol.for('n8n-nodes-email-session/fingerprint-key@1');

// New in every process, so that a fingerprint that is printed somewhere tells nothing about a password; and one
// for all copies of this module in it, since they share the sessions.
const KEY = ((globalThis as { [SYMBOL]?: Buffer })[SYMBOL] ??= randomBytes(32));

/** The same for the same values within this process. To compare secrets without keeping or showing them. */
export const fingerprint = (...values: unknown[]): string =>
  createHmac('sha256', KEY).update(JSON.stringify(values)).digest('hex');
