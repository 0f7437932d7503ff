import { MailError, isMailError } from '../errors';
import type { BatchResult, MailClient, MoveResult } from './client';
import type { FailedMessages } from './failed-messages';
import type { Message } from './message';
import type { FetchOptions } from './query';

/*
 * A draft is a message with the mark of a draft, or in the folder for drafts: not every mail program sets the mark. What
 * is listed as a draft can thus be read, replaced and deleted as one, and nothing else can: a protocol that cannot change
 * a draft deletes the old one for good.
 */

/** The newest messages in the folder for drafts. Parameters as for `MailClient.listMessages`. */
export async function listDrafts(
  client: MailClient,
  wanted: FetchOptions,
  limit: number,
  failed?: FailedMessages,
): Promise<Message[]> {
  client.assertKeepsDrafts();
  return await client.listMessages('\\Drafts', {}, wanted, limit, failed);
}

/** The drafts with these ids; for a message that is not a draft, INVALID_INPUT. One request more if one has no mark. */
export async function getDrafts(
  client: MailClient,
  ids: readonly string[],
  wanted: FetchOptions,
): Promise<BatchResult<Message>> {
  client.assertKeepsDrafts();
  const found = await client.getMessages(ids, wanted);
  const isUnmarked = (one: Message | MailError) => !isMailError(one) && !one.isDraft;
  const folder = [...found.values()].some(isUnmarked)
    ? (await client.getFolder('\\Drafts'))?.path
    : undefined;
  return new Map(
    [...found].map(([id, one]) => [
      id,
      isMailError(one) || one.isDraft || one.folder === folder ? one : notADraft(),
    ]),
  );
}

/** Deletes drafts as `MailClient.deleteMessages` does, and nothing that is not a draft. */
export async function deleteDrafts(
  client: MailClient,
  ids: readonly string[],
  options: { permanently: boolean },
): Promise<BatchResult<MoveResult>> {
  const found = await getDrafts(client, ids, { content: false });
  const refused = [...found].filter((one): one is [string, MailError] => isMailError(one[1]));
  const drafts = ids.filter((id) => !isMailError(found.get(id)));
  const deleted = drafts.length > 0 ? await client.deleteMessages(drafts, options) : [];
  return new Map([...refused, ...deleted]);
}

/**
 * @param draftsPath finds the path of the folder for drafts, for a message without the mark; absent if only what has the
 *   mark can be sent
 * @throws {MailError} the given error; INVALID_INPUT for a message that is not a draft
 */
export async function assertDraft(
  found: Message | MailError | undefined,
  draftsPath?: () => Promise<string | undefined>,
): Promise<Message> {
  if (!found || isMailError(found)) throw found;
  if (found.isDraft || found.folder === (await draftsPath?.())) return found;
  throw notADraft();
}

const notADraft = (): MailError =>
  new MailError(
    'INVALID_INPUT',
    'Draft ID: the message is not a draft',
    'Use the field "id" of a draft, from Draft → Create or Draft → Get Many.',
  );

/** The error if the new draft was saved but the old one could not be deleted. */
export const bothKept = ({ message }: MailError): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `The new draft was saved, but the old one is still there: ${message}`,
    'Delete the old draft. Do not update it again: that would save a third draft.',
  );
