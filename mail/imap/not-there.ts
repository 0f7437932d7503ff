import type { MailError } from '../errors';
import { notGiven } from '../model/failed-messages';
import { unreadable } from '../model/unreadable';
import type { NamedId } from './batch-result';
import { messageGone } from './message-id';
import type { Refusal } from './refusal';

/**
 * Explains why a message is missing: the server refused it, or it answered without the message. Only in the second case
 * does the message no longer exist.
 */
export function notThere({ id, uid }: NamedId, refusals: ReadonlyMap<number, Refusal>): MailError {
  const refusal = refusals.get(uid);
  return refusal ? errorOf(id, refusal) : messageGone(id);
}

/** The error of a message that was reported to `OnRefused`. */
export const errorOf = (id: string, { words, isTemporary, bug }: Refusal): MailError =>
  bug ? unreadable({ id, subject: bug.subject }, bug.error) : notGiven(id, words, isTemporary);
