import type { BatchResult } from '../model/client';
import { MailError, isMailError } from '../errors';
import { chunk } from '../chunk';
import { assertId } from './ids';

/** Each valid id once, and the errors for invalid ids. */
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
 * Runs a change for many ids, one batch for each request, and collects the results. Rejects only if nothing was
 * changed. If a batch's reply was lost, the result of its ids is uncertain.
 *
 * @param size number of ids in one request
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

/** The meaning of an error for a change: if the reply was lost or invalid, the change may have been made. */
export const afterLoss = (error: MailError): MailError =>
  isMailError(error, 'CONNECTION_LOST', 'COMMAND_TIMEOUT', 'NOT_A_MAIL_SERVER')
    ? uncertain(error.message)
    : error;

/** It is unknown whether a change was made. */
export class UncertainChange extends MailError {
  /** @param reason as part of a sentence */
  constructor(readonly reason: string) {
    super(
      'CHANGE_UNCERTAIN',
      `It is not known whether this was done: ${reason}`,
      'Check the mailbox before you try again.',
    );
  }
}

export const uncertain = (reason: string): MailError => new UncertainChange(reason);

/** The error for an item that is missing in the server's reply. */
export const unanswered = (): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    'Exchange did not report a result',
    'Check the mailbox before you try again.',
  );
