import { DEFAULT_EWS_VERSION } from '../../mail/account/ews-settings';
import type { Timeouts } from '../../mail/account/session-settings';
import { invalidInput } from '../../mail/errors';
import { numberOf, optionsOf, textOf } from '../expression-values';

/** Seconds, as the options of Email Connect show them. */
export const DEFAULT_TIMEOUTS = { connectTimeout: 30, commandTimeout: 60, idleTimeout: 300 };

/** Seconds that the connection of an ended run waits for the next one; 0 closes it at once. */
export const DEFAULT_KEEP = 60;
export const LONGEST_KEEP = 60 * 60;

/** Far below the limit of Node's timers, above which they fire at once. */
const MAX_TIMEOUT = 24 * 60 * 60;

/** The options of a node for opening its session. Each may come from an expression. */
export interface ConnectOptions {
  /** The shared mailbox to open; empty for the credential's own. */
  mailbox: string;
  /** Whether to impersonate the owner of the mailbox, on an Exchange Server. */
  impersonate: boolean;
  /** Whether the session refuses every change. */
  readOnly: boolean;
  /** Checked where it is needed. */
  ewsVersion: string;
  timeouts: Timeouts;
}

/** @throws {MailError} INVALID_INPUT naming the option */
export function readOptions(given: unknown): ConnectOptions {
  const options = optionsOf('Options', given);
  return {
    mailbox: textOf(options.mailbox).trim(),
    impersonate: options.impersonate === true,
    readOnly: readOnly(options.readOnly),
    ewsVersion: textOf(options.ewsVersion ?? DEFAULT_EWS_VERSION),
    timeouts: {
      ...timeouts({ ...DEFAULT_TIMEOUTS, ...options }),
      keep: keepFor(options.keepConnectionFor ?? DEFAULT_KEEP),
    },
  };
}

/** Never guessed: a session that changes nothing must not begin to. */
function readOnly(value: unknown): boolean {
  const text = textOf(value);
  if (text === 'true') return true;
  if (text === 'false' || text === '') return false;
  throw invalidInput('Read Only', `"${text}" is neither true nor false`, 'Use true or false.');
}

function keepFor(value: unknown): number {
  const seconds = numberOf(value);
  if (seconds >= 0 && seconds <= LONGEST_KEEP) return seconds * 1000;
  throw invalidInput(
    'Keep Connection For (Seconds)',
    `${textOf(value)} is not a valid number of seconds`,
    `Enter a number of seconds from 0 to ${LONGEST_KEEP}; 0 closes the connection when the run ends.`,
  );
}

function timeouts(options: Record<keyof typeof DEFAULT_TIMEOUTS, unknown>): Timeouts {
  const seconds = (field: string, value: unknown) => {
    const number = numberOf(value);
    if (!(number > 0 && number <= MAX_TIMEOUT)) {
      throw invalidInput(
        field,
        `${textOf(value)} is not a valid number of seconds`,
        `Enter a number of seconds, more than 0 and at most ${MAX_TIMEOUT}.`,
      );
    }
    return number * 1000;
  };
  return {
    connect: seconds('Connect Timeout (Seconds)', options.connectTimeout),
    command: seconds('Command Timeout (Seconds)', options.commandTimeout),
    idle: seconds('Idle Timeout (Seconds)', options.idleTimeout),
  };
}
