import { createHmac, randomBytes } from 'node:crypto';

// New in every process, so that a fingerprint that is printed somewhere tells nothing about a password.
const KEY = randomBytes(32);

/** The same for the same values within this process. To compare secrets without keeping or showing them. */
export const fingerprint = (...values: unknown[]): string =>
  createHmac('sha256', KEY).update(JSON.stringify(values)).digest('hex');
