import { invalidInput } from '../errors';

/** What most servers allow: Gmail 15 connections, Dovecot 10 for each user and address. */
const DEFAULT = 8;
const MOST = 100;

/** The environment variable of an operator who runs several workers, or whose server allows more or less. */
export const MAX_CONNECTIONS = 'EMAIL_CONNECT_MAX_CONNECTIONS';

/**
 * How many connections this process may have to one account.
 *
 * @throws {MailError} INVALID_INPUT for a wrong value: a limit that is silently not applied would be noticed too late
 */
export function maxConnections(environment: NodeJS.ProcessEnv = process.env): number {
  const value = environment[MAX_CONNECTIONS]?.trim();
  if (!value) return DEFAULT;
  const number = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= MOST) return number;
  throw invalidInput(
    MAX_CONNECTIONS,
    `the environment of n8n sets it to "${value.slice(0, 20)}"`,
    `Set it to a whole number from 1 to ${MOST}, or remove it, and start n8n again.`,
  );
}
