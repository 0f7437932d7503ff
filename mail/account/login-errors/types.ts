import type { MailErrorCode } from '../../errors';
import type { Authentication, ProviderId } from '../providers';

export interface LoginContext {
  provider: ProviderId;
  authentication: Authentication;
  protocol: 'imap' | 'pop3' | 'smtp';
}

export interface LoginErrorHint {
  /** Set if the refusal is not about user, password or token, so that another login would not help. */
  code?: MailErrorCode;
  /** What happened, with `{server}` and `{detail}` as placeholders, if "refused the login" would be wrong. */
  message?: string;
  description: string;
}

/** One refusal: the text that identifies it, and what to do about it. */
export interface LoginError extends Omit<LoginErrorHint, 'description'> {
  says: RegExp;
  /** A function if it depends on the provider's row of the matrix. */
  description: string | ((context: LoginContext) => string);
  /** Limits the entry to these providers, because the text alone is ambiguous. */
  providers?: readonly ProviderId[];
  authentications?: readonly Authentication[];
  protocols?: ReadonlyArray<LoginContext['protocol']>;
}
