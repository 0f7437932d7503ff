import type { Outcomes, Relocated } from '../client';
import { isMailError } from '../errors';
import type { MessageQuery } from '../message/query';

/** Empties a folder where there is no request for it: its messages are found and deleted. @throws {MailError} */
export async function emptyByMessages(
  folder: string,
  reader: { find(folder: string, query: MessageQuery, limit: number): Promise<string[]> },
  changer: { delete(ids: readonly string[]): Promise<Outcomes<Relocated>> },
): Promise<number> {
  const ids = await reader.find(folder, {}, Infinity);
  const outcomes = [...(await changer.delete(ids)).values()];
  const failed = outcomes.filter((one) => isMailError(one));
  // What somebody else deleted meanwhile is gone, too.
  const [first] = failed.filter((one) => one.code !== 'MESSAGE_NOT_FOUND');
  if (first) throw first;
  return outcomes.length - failed.length;
}
