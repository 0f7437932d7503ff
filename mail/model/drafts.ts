import { MailError, isMailError } from '../errors';
import type { Message } from './message';

/*
 * If a protocol cannot change a draft, a new one replaces the old one. The old one is deleted for good, so it must
 * really be a draft.
 */

/** @throws {MailError} the given error; INVALID_INPUT for a message that is not a draft */
export function assertDraft(found: Message | MailError | undefined): Message {
  if (!found || isMailError(found)) throw found;
  if (found.isDraft) return found;
  throw new MailError(
    'INVALID_INPUT',
    'Draft ID: the message is not a draft',
    'Use the field "id" of a draft, from Draft → Create or from Get Many in the drafts folder.',
  );
}

/** The error if the new draft was saved but the old one could not be deleted. */
export const bothKept = ({ message }: MailError): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `The new draft was saved, but the old one is still there: ${message}`,
    'Delete the old draft. Do not update it again: that would save a third draft.',
  );
