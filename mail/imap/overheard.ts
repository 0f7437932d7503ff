import type { ImapFlow } from 'imapflow';

/** What of imapflow's log says that an answer, or a part of it, was left out. */
const LEFT_OUT = new Set([
  'Failed to process untagged response',
  'FETCH data item exceeded the nesting limit and was dropped',
]);

/** Why imapflow ends a connection that stands. */
const BROKEN_RULES = new Set([
  ...['LineTooLarge', 'LiteralTooLarge', 'ResponseTooLarge', 'TooManyTokens'],
  ...['UnexpectedTag', 'ResponseProcessingFailed', 'TooManyResponses'],
]);

interface Entry {
  msg?: string;
  payloadBytes?: number;
}

/** What imapflow tells to its log alone, and a connection's errors that come while nobody waits. */
export class Overheard {
  /** How many answers it could not read, and went on without. */
  leftOut = 0;
  /** Why imapflow ended the connection, where the server broke a rule. */
  failure?: Error;

  // Nothing of the entries is kept: they hold commands and mail.
  readonly logger = {
    warn: (entry: Entry) => this.hear(entry),
    error: (entry: Entry) => this.hear(entry),
    fatal: (entry: Entry) => this.hear(entry),
  };

  fail(error: Error & { code?: string }): void {
    if (BROKEN_RULES.has(error.code ?? '')) this.failure ??= error;
  }

  private hear({ msg = '', payloadBytes }: Entry): void {
    if (payloadBytes !== undefined || LEFT_OUT.has(msg)) this.leftOut++;
  }
}

const OVERHEARD = new WeakMap<ImapFlow, Overheard>();

export const overhear = (flow: ImapFlow, overheard: Overheard): void => void OVERHEARD.set(flow, overheard);

export const overheardOf = (flow: ImapFlow): Overheard => OVERHEARD.get(flow) ?? new Overheard();
