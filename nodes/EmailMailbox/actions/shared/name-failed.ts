import type { IExecuteFunctions } from 'n8n-workflow';

import type { MailClient } from '../../../../mail/model/client';
import type { FailedMessages } from '../../../../mail/model/failed-messages';
import type { FailedFolders } from '../../../../mail/model/message-search';
import { hint } from '../../../shared/hint';
import type { Result } from '../../../shared/per-item';

type Work<T> = (client: MailClient) => Promise<T>;

/** The results of a search, and the messages that the server did not give or that cannot be read. */
export interface Searched<T> {
  found: T;
  failed: FailedMessages;
  /** Empty for a search in one folder. */
  failedFolders: FailedFolders;
}

/**
 * Runs a search of a session.
 *
 * @param use runs work on the session's connection, and again if the connection was lost
 */
export async function search<T>(
  use: (work: Work<T>) => Promise<T>,
  work: (client: MailClient, failed: FailedMessages, failedFolders: FailedFolders) => Promise<T>,
): Promise<Searched<T>> {
  const failed: FailedMessages = new Map();
  const failedFolders: FailedFolders = new Map();
  const found = await use(async (client) => {
    failed.clear();
    failedFolders.clear();
    return await work(client, failed, failedFolders);
  });
  return { found, failed, failedFolders };
}

/**
 * Names the messages that the server has but did not give, or that cannot be read, and the folders that it did not search:
 * in a warning of the node, and in the field `failed` of the first item. An incomplete list must not look like a success.
 *
 * @param results of one input item
 * @throws {MailError} the first failure, if there is no result
 */
export function nameFailed(
  context: IExecuteFunctions,
  results: readonly Result[],
  failed: FailedMessages,
  failedFolders: FailedFolders = new Map(),
): void {
  const [first] = [...failed.values(), ...failedFolders.values()];
  if (!first) return;
  const [result] = results;
  if (!result) throw first;
  result.json.failed = [
    ...[...failed].map(([id, { message }]) => ({ id, error: message })),
    ...[...failedFolders].map(([folder, { message }]) => ({ folder, error: message })),
  ];
  const missing = [
    ...(failed.size > 0 ? [`${failed.size} of the messages`] : []),
    ...(failedFolders.size > 0 ? [`what is in ${failedFolders.size} of the folders`] : []),
  ].join(', and ');
  hint(
    context,
    `Could not be read: ${missing}. They are named in the field "failed" of the first item. ${first.message}. ${first.description}`,
  );
}
