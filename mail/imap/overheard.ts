import type { ImapFlow } from 'imapflow';

/** imapflow's log messages for a response that it skipped in whole or in part. */
const LEFT_OUT = new Set([
  'Failed to process untagged response',
  'FETCH data item exceeded the nesting limit and was dropped',
]);

/** Log messages that explain why imapflow closed a working connection. */
const BROKEN_RULES = new Set([
  ...['LineTooLarge', 'LiteralTooLarge', 'ResponseTooLarge', 'TooManyTokens'],
  ...['UnexpectedTag', 'ResponseProcessingFailed', 'TooManyResponses'],
]);

/** imapflow's log message when it waits before it reports a refusal: the server asks for a pause. */
const WAITS = 'Throttling detected';

interface Entry {
  msg?: string;
  /** The refusal. */
  err?: Error;
  payloadBytes?: number;
}

/** Information that imapflow only logs, and connection errors that occur while no command is waiting. */
export class Overheard {
  /** Number of commands sent. */
  commands = 0;
  /** Bytes of status lines, which show only that the server is still there. */
  chatter = 0;
  /** Number of responses that imapflow could not parse and skipped. */
  leftOut = 0;
  /** The same by the name of the response, in capitals: `LIST`. */
  readonly leftOutOf = new Map<string, number>();
  /** Why imapflow closed the connection, if the server broke a rule. */
  failure?: Error;
  /** Called when imapflow waits, for up to five minutes, before it reports this refusal. */
  waits?: (refusal: Error) => void;

  // Log entries are not kept: they contain commands and mail.
  readonly logger = {
    warn: (entry: Entry) => this.hear(entry),
    error: (entry: Entry) => this.hear(entry),
    fatal: (entry: Entry) => this.hear(entry),
  };

  fail(error: Error & { code?: string }): void {
    if (BROKEN_RULES.has(error.code ?? '')) this.failure ??= error;
  }

  private hear({ msg = '', payloadBytes, err }: Entry): void {
    if (msg === WAITS && err) this.waits?.(err);
    if (payloadBytes !== undefined || LEFT_OUT.has(msg)) this.leftOut++;
  }
}

const OVERHEARD = new WeakMap<ImapFlow, Overheard>();

export const overhear = (flow: ImapFlow, overheard: Overheard): void => void OVERHEARD.set(flow, overheard);

export const overheardOf = (flow: ImapFlow): Overheard => OVERHEARD.get(flow) ?? new Overheard();
