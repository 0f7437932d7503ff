import type { Outcomes } from '../client';
import { MailError, isMailError } from '../errors';
import { slices } from '../slices';
import { assertId } from './ids';

/** Each id once, and what is wrong with those that are none. */
export function wellFormed<T>(ids: readonly string[]): { valid: string[]; outcomes: Outcomes<T> } {
  const outcomes: Outcomes<T> = new Map();
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
): Promise<Outcomes<T>> {
  const { valid, outcomes } = wellFormed<T>(ids);
  let stopped: MailError | undefined;
  let changed = false;
  for (const batch of slices(valid, size)) {
    try {
      const results: Array<T | MailError> = stopped ? batch.map(() => stopped!) : await work(batch);
      batch.forEach((id, index) => outcomes.set(id, results[index] ?? unanswered()));
      changed ||= !stopped;
    } catch (error) {
      if (!isMailError(error)) throw error;
      const lost = isMailError(error, 'CONNECTION_LOST', 'COMMAND_TIMEOUT');
      if (!lost && !changed) throw error;
      stopped = error;
      for (const id of batch) outcomes.set(id, lost ? uncertain(error) : error);
    }
  }
  return outcomes;
}

export const uncertain = ({ message }: MailError): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `Whether it was done is not known: ${message}`,
    'Look at the message before you do it again.',
  );

const unanswered = (): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    'Exchange did not say what became of it',
    'Look at the message before you do it again.',
  );
