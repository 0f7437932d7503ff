import type { IExecuteFunctions } from 'n8n-workflow';

import type { MailClient } from '../../../../mail/model/client';
import type { FailedMessages } from '../../../../mail/model/failed-messages';
import { hint } from '../../../shared/hint';
import type { Result } from '../../../shared/per-item';

type Work<T> = (client: MailClient) => Promise<T>;

/** The results of a search, and the messages that the server did not give. */
export interface Searched<T> {
  found: T;
  failed: FailedMessages;
}

/**
 * Runs a search of a session.
 *
 * @param use runs work on the session's connection, and again if the connection was lost
 */
export async function search<T>(
  use: (work: Work<T>) => Promise<T>,
  work: (client: MailClient, failed: FailedMessages) => Promise<T>,
): Promise<Searched<T>> {
  const failed: FailedMessages = new Map();
  const found = await use(async (client) => {
    failed.clear();
    return await work(client, failed);
  });
  return { found, failed };
}

/**
 * Names the messages that the server has but did not give: in a warning of the node, and in the field `failed` of the
 * first item. An incomplete list must not look like a success.
 *
 * @param results of one input item
 * @param what was asked for
 * @throws {MailError} the first failure, if there is no result
 */
export function nameFailed(
  context: IExecuteFunctions,
  results: readonly Result[],
  failed: FailedMessages,
  what = 'messages',
): void {
  const [first] = failed.values();
  if (!first) return;
  const [result] = results;
  if (!result) throw first;
  result.json.failed = [...failed].map(([id, { message }]) => ({ id, error: message }));
  hint(
    context,
    `The server did not give ${failed.size} of the ${what}. They are named in the field "failed" of the first item. ${first.message}. ${first.description}`,
  );
}
