import { MailError } from '../errors';

/**
 * Exchange failed over the reply to a request that changes nothing, or the reply was too long. One damaged message is
 * enough for that, and Exchange does not say which one, so what it was asked for together is worth asking for in parts.
 */
export class ReplyFailed extends MailError {
  constructor({ code, message, description, retryAfter }: MailError) {
    super(code, message, description, retryAfter);
  }
}
