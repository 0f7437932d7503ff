import type { MailErrorCode } from '../../errors';
import type { Authentication, ProviderId } from '../providers';

export interface LoginContext {
  provider: ProviderId;
  authentication: Authentication;
  protocol: 'imap' | 'pop3' | 'smtp';
}

export interface LoginErrorHint {
  /** Set if the refusal says nothing about user, password or token, so another login would not help. */
  code?: MailErrorCode;
  /** What happened, with `{server}` and `{detail}` to fill in, where "refused the login" would be wrong. */
  message?: string;
  description: string;
}

/** One refusal: the words that it is known by, and what to do about it. */
export interface LoginError extends Omit<LoginErrorHint, 'description'> {
  says: RegExp;
  /** A function where it depends on the provider's row of the matrix. */
  description: string | ((context: LoginContext) => string);
  /** The row is for these providers only, as the words alone do not tell. */
  providers?: readonly ProviderId[];
  authentications?: readonly Authentication[];
  protocols?: ReadonlyArray<LoginContext['protocol']>;
}
