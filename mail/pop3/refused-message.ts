import { notGiven } from '../model/failed-messages';
import { PopRefusal, isTemporary } from './errors';

/**
 * What a refusal of one message means. It is never that the message is gone: what is in a maildrop does not change
 * while the session lasts (RFC 1939 sections 3 and 5), and UIDL has just named it.
 *
 * @returns the error itself where it is no refusal
 */
export const refusedMessage = (id: string, error: unknown): unknown =>
  error instanceof PopRefusal ? notGiven(id, error.message, isTemporary(error)) : error;
