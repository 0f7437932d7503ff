import { createHmac, randomBytes } from 'node:crypto';

const SYMBOL = Symbol.for('n8n-nodes-email-session/fingerprint-key@1');

// A new key in every process, so that a printed fingerprint reveals nothing about a password. All copies of this module
// in the process share the key, because they share the sessions.
const KEY = ((globalThis as { [SYMBOL]?: Buffer })[SYMBOL] ??= randomBytes(32));

/** Equal for equal values within this process. Compares secrets without storing or showing them. */
export const fingerprint = (...values: unknown[]): string =>
  createHmac('sha256', KEY).update(JSON.stringify(values)).digest('hex');
