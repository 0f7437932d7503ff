import { MailError, isMailError } from '../errors';
import type { BatchResult, MailClient } from '../model/client';
import { read, type Watched } from './watched';

/** A server that gives none of so many messages is not asked for the others at once. */
const MOST_REFUSED = 2;

/**
 * Reads something of each of some messages. If the server refuses all of them because of one, such as with a fault of
 * Exchange, or with an answer that cannot be understood, they are read one by one. If it gives nothing of the first ones
 * either, the others are left out of the result.
 *
 * @throws {MailError} for what is no message's fault, such as a lost connection
 */
export async function readEach<T>(
  watched: Watched,
  ids: readonly string[],
  work: (client: MailClient, ids: readonly string[]) => Promise<BatchResult<T>>,
): Promise<ReadonlyMap<string, T | MailError>> {
  const readSome = async (some: readonly string[]) =>
    await read(watched, async (client) => await work(client, some));
  try {
    return await readSome(ids);
  } catch (error) {
    if (!isOfMessage(error)) throw error;
    const results = new Map<string, T | MailError>();
    let given = 0;
    for (const id of ids) {
      const result: T | MailError = ids.length === 1 ? unclear(error) : await readOne(readSome, id);
      if (!isMailError(result)) given++;
      results.set(id, result);
      if (given === 0 && results.size >= MOST_REFUSED) break;
    }
    return results;
  }
}

async function readOne<T>(
  readSome: (ids: readonly string[]) => Promise<BatchResult<T>>,
  id: string,
): Promise<T | MailError> {
  try {
    return (await readSome([id])).get(id)!;
  } catch (error) {
    if (!isOfMessage(error)) throw error;
    return unclear(error);
  }
}

/** Whether it may be the fault of one message. */
const isOfMessage = (error: unknown): error is MailError =>
  isMailError(error, 'SERVER_REFUSED', 'NOT_A_MAIL_SERVER');

/** A refusal of the whole request does not say that it is for good. */
const unclear = ({ code, message, description, retryAfter = 0 }: MailError): MailError =>
  new MailError(code, message, description, retryAfter);
