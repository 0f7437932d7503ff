import type { MailError } from '../errors';
import { notGiven } from '../model/failed-messages';
import type { NamedId } from './batch-result';
import { messageGone } from './message-id';
import type { Refusal } from './refusal';

/**
 * Explains why a message is missing: the server refused it, or it answered without the message. Only in the second case
 * does the message no longer exist.
 */
export function notThere({ id, uid }: NamedId, refusals: ReadonlyMap<number, Refusal>): MailError {
  const refusal = refusals.get(uid);
  return refusal ? notGiven(id, refusal.words, refusal.isTemporary) : messageGone(id);
}
