import type { MailErrorCode } from '../../errors';

export interface LoginContext {
  /** As in the connection matrix. */
  provider: string;
  authentication: string;
  protocol: 'imap' | 'pop3' | 'smtp';
}

export interface LoginErrorHint {
  /** Where the refusal says nothing about user, password or token, so that nothing is gained by another one. */
  code?: MailErrorCode;
  /** What happened, with `{server}` and `{detail}` to fill in, where "refused the login" would be wrong. */
  message?: string;
  description: string;
}

/** One refusal: the words that it is known by, and what to do about it. */
export interface LoginError extends LoginErrorHint {
  says: RegExp;
  /** The row is for these providers only, as the words alone do not tell. */
  providers?: readonly string[];
  authentications?: readonly string[];
  protocols?: ReadonlyArray<LoginContext['protocol']>;
}
