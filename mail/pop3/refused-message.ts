import { notGiven } from '../model/failed-messages';
import { PopRefusal, isTemporary } from './errors';

/**
 * What the refusal of one message means. It never means that the message was deleted: the contents of a maildrop do not
 * change during a session (RFC 1939 sections 3 and 5), and UIDL has just listed it.
 *
 * @returns the error itself if it is not a refusal
 */
export const refusedMessage = (id: string, error: unknown): unknown =>
  error instanceof PopRefusal ? notGiven(id, error.message, isTemporary(error)) : error;
