import { MailError, isMailError } from '../../../../mail/errors';

/** Counts over all input items what was done and what was not, for the error that ends the run. */
export class BatchCounter {
  done = 0;
  failed = 0;

  /** @param word what was done: `moved` */
  constructor(private readonly word: string) {}

  count(result: unknown): void {
    if (result instanceof Error) this.failed++;
    else this.done++;
  }

  /** The error, with the results of the other messages, so that the reader knows what is left to do. */
  withCounts(error: unknown): unknown {
    const { done, failed, word } = this;
    // Where nothing was done, the error says it all.
    if (!isMailError(error) || done === 0) return error;
    const counts = `${done} ${done === 1 ? 'message was' : 'messages were'} ${word}, ${failed} not`;
    return new MailError(
      error.code,
      `${counts}: ${error.message}`,
      `${error.description} To see the result for each message, set "On Error" to "Continue" in the settings of the node.`,
    );
  }
}
