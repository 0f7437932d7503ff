import { isMailError } from '../errors';
import type { BatchResult, FlagChanges } from '../model/client';
import type { ExchangeParts } from './parts';

/** `MailClient.markMessages` for Exchange. */
export async function markMessages(
  changer: ExchangeParts['changer'],
  ids: readonly string[],
  marks: FlagChanges,
): Promise<BatchResult<true>> {
  const outcomes = await changer.mark(ids, marks);
  // Marks are retried once with the current version of the message. Setting them twice is safe.
  const conflicts = [...outcomes].filter(([, one]) => isMailError(one, 'CONFLICT')).map(([id]) => id);
  if (conflicts.length === 0) return outcomes;
  const again = await changer.mark(conflicts, marks).catch((error: unknown) => {
    if (!isMailError(error)) throw error;
    return conflicts.map((id) => [id, error] as const);
  });
  return new Map([...outcomes, ...again]);
}
