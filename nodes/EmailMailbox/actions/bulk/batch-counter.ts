import { MailError, isMailError } from '../../../../mail/errors';

/** Counts, over all input items, how many messages were done and how many failed, for the error that ends the run. */
export class BatchCounter {
  done = 0;
  failed = 0;

  /** @param word the past participle for the work: `moved` */
  constructor(private readonly word: string) {}

  count(result: unknown): void {
    if (result instanceof Error) this.failed++;
    else this.done++;
  }

  /** The error, with the counts of all messages, so that the reader knows what is left to do. */
  withCounts(error: unknown): unknown {
    const { done, failed, word } = this;
    // If nothing was done, the error needs no counts.
    if (!isMailError(error) || done === 0) return error;
    const counts = `${done} ${done === 1 ? 'message was' : 'messages were'} ${word}, ${failed} not`;
    return new MailError(
      error.code,
      `${counts}: ${error.message}`,
      `${error.description} To see the result for each message, set "On Error" to "Continue" in the settings of the node.`,
    );
  }
}
