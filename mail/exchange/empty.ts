import type { BatchResult, MoveResult } from '../model/client';
import { MailError, isMailError } from '../errors';
import { reportFailed, type FailedMessages } from '../model/failed-messages';
import type { ExchangeParts } from './parts';

/** Empties a folder without a special request: finds its messages and deletes them. @throws {MailError} */
export async function emptyByMessages(
  folder: string,
  reader: Pick<ExchangeParts['reader'], 'find'>,
  changer: { delete(ids: readonly string[]): Promise<BatchResult<MoveResult>> },
): Promise<number> {
  const notGiven: FailedMessages = new Map();
  const ids = await reader.find(folder, {}, Infinity, notGiven);
  reportFailed(notGiven, undefined);
  const outcomes = [...(await changer.delete(ids)).values()];
  const failed = outcomes.filter((one) => isMailError(one));
  // Messages that another client deleted in the meantime do not count as failures.
  const [first] = failed.filter((one) => one.code !== 'MESSAGE_NOT_FOUND');
  const deleted = outcomes.length - failed.length;
  if (first) throw deleted > 0 ? partlyDone(first, deleted, outcomes.length) : first;
  return deleted;
}

const partlyDone = ({ code, message, description }: MailError, deleted: number, all: number): MailError =>
  new MailError(code, `${message}. ${deleted} of ${all} messages were deleted`, description);
