import type { MailError } from '../errors';
import type { GraphApi } from './api';
import type { Call } from './call';
import { messagePath } from './paths';
import type { MessageResource } from './resources';

/**
 * Asks for messages by their ids, 20 with one request.
 *
 * @param query what to tell of each
 * @param prefer a further preference (RFC 7240)
 * @returns each with its resource or its error, in the order of the ids
 * @throws {MailError}
 */
export async function readMessages(
  api: GraphApi,
  ids: readonly string[],
  query: string,
  prefer?: string,
): Promise<Map<string, MessageResource | MailError>> {
  const read = await api.batches<MessageResource>(
    ids.map((id): Call => ({ method: 'GET', path: `${messagePath(id)}?${query}`, prefer })),
  );
  return new Map(ids.map((id, index) => [id, read[index]!]));
}
