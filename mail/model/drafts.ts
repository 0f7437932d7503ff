import { MailError, isMailError } from '../errors';
import type { Message } from './message';

/*
 * Where a protocol cannot change a draft, a new one takes the place of the old one, which is deleted for good: it had
 * better be a draft.
 */

/** @throws {MailError} what it is instead; INVALID_INPUT for a message that is no draft */
export function assertDraft(found: Message | MailError | undefined): Message {
  if (!found || isMailError(found)) throw found;
  if (found.isDraft) return found;
  throw new MailError(
    'INVALID_INPUT',
    'Draft ID: the message is not a draft',
    'Use the field "id" of a draft, from Draft → Create or from Get Many in the drafts folder.',
  );
}

/** For a new draft that was saved where the old one could not be deleted. */
export const bothKept = ({ message }: MailError): MailError =>
  new MailError(
    'CHANGE_UNCERTAIN',
    `The new draft was saved, but the old one is still there: ${message}`,
    'Delete the old draft. Do not update it again: that would save a third draft.',
  );
