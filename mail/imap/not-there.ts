import type { MailError } from '../errors';
import { notGiven } from '../model/failed-messages';
import type { NamedId } from './batch-result';
import { messageGone } from './message-id';
import type { Refusal } from './refusal';

/** Why there is nothing of a message: the server has refused it, or answered without it, and only then it is gone. */
export function notThere({ id, uid }: NamedId, refusals: ReadonlyMap<number, Refusal>): MailError {
  const refusal = refusals.get(uid);
  return refusal ? notGiven(id, refusal.words, refusal.isTemporary) : messageGone(id);
}
