import { isMailError, type MailError } from '../errors';
import type { GraphApi } from './api';
import type { Call } from './call';
import { notGraph } from './errors';
import { messagePath } from './paths';
import type { MessageResource } from './resources';

/**
 * Requests messages by id, 20 with one request.
 *
 * @param query the properties to return
 * @param prefer an additional preference (RFC 7240)
 * @returns the resource or error for each id, in order
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
  return new Map(ids.map((id, index) => [id, identified(read[index]!) ?? notGraph(api.context.graph.url)]));
}

/** Every resource has an id. */
const identified = (one: MessageResource | MailError): MessageResource | MailError | undefined =>
  isMailError(one) || typeof one.id === 'string' ? one : undefined;
