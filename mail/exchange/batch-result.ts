import type { BatchResult } from '../model/client';
import { MailError, isMailError } from '../errors';
import { chunk } from '../chunk';
import { assertId } from './ids';

/** Each id once, and what is wrong with those that are none. */
export function wellFormed<T>(ids: readonly string[]): { valid: string[]; outcomes: BatchResult<T> } {
  const outcomes: BatchResult<T> = new Map();
  const valid = [...new Set(ids)].filter((id) => {
    try {
      return assertId(id);
    } catch (error) {
      outcomes.set(id, error as MailError);
      return false;
    }
  });
  return { valid, outcomes };
}

/**
 * Runs a change over many ids, a batch in a request, and gathers what became of each. Rejects only where nothing
 * was changed; a batch whose reply was lost may have been done or not, and says so.
 *
 * @param size how many ids one request takes
 */
export async function changeEach<T>(
  ids: readonly string[],
  size: number,
  work: (batch: string[]) => Promise<Array<T | MailError>>,
): Promise<BatchResult<T>> {
  const { valid, outcomes } = wellFormed<T>(ids);
  let stopped: MailError | undefined;
  let changed = false;
  for (const batch of chunk(valid, size)) {
    try {
      const results: Array<T | MailError> = stopped ? batch.map(() => stopped!) : await work(batch);
      batch.forEach((id, index) => outcomes.set(id, results[index] ?? unanswered()));
      changed ||= !stopped;
    } catch (error) {
      if (!isMailError(error)) throw error;
      const afterwards = afterLoss(error);
      if (!isMailError(afterwards, 'CHANGE_UNCERTAIN') && !changed) throw error;
      stopped = error;
      for (const id of batch) outcomes.set(id, afterwards);
    }
  }
  return outcomes;
}

/** What an error over a change means for what was to be changed: where the reply is lost or none, it may be done. */
export const afterLoss = (error: MailError): MailError =>
  isMailError(error, 'CONNECTION_LOST', 'COMMAND_TIMEOUT', 'NOT_A_MAIL_SERVER')
    ? uncertain(error.message)
    : error;

/** Nobody knows whether a change was made. */
export class UncertainChange extends MailError {
  /** @param reason why, as a part of a sentence */
  constructor(readonly reason: string) {
    super(
      'CHANGE_UNCERTAIN',
      `It is not known whether this was done: ${reason}`,
      'Check the mailbox before you try again.',
    );
  }
}

export const uncertain = (reason: string): MailError => new UncertainChange(reason);

/** For one of many that the server does not speak of. */
export const unanswered = (): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    'Exchange did not report a result',
    'Check the mailbox before you try again.',
  );
