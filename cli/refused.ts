import { googleFault } from '../mail/auth/google-errors';
import { microsoftCode } from '../mail/auth/microsoft-errors';
import { describeOAuthError } from '../mail/auth/oauth-errors';
import { MailError } from '../mail/errors';
import { redact } from '../mail/net/network-errors';
import { printable } from './printable';

/** The answer of an identity provider that refuses a code or a token (RFC 6749 sections 4.1.2.1 and 5.2). */
export interface Refusal {
  error: string;
  error_description: string;
  /** The HTTP status of a token endpoint. */
  status?: number;
}

export interface SignInName {
  /** The name of the sign-in. */
  name: string;
  clientSecret: string | undefined;
}

const AGAIN = 'Run the command and sign in again.';
/** Advice that only fits a credential in n8n. */
const AGAIN_IN_N8N = /Connect the account again in the credential "[^"]*"\.|Try again\b[^.]*\./;

/** The error for a refusal, and what to do about it. */
export function refusedSignIn(refusal: Refusal, { name, clientSecret }: SignInName): MailError {
  const { error, error_description: text } = refusal;
  const secrets = clientSecret ? [clientSecret] : [];
  const known = describeOAuthError(refusal, name, { secrets });
  const said = printable(redact([error, text].filter(Boolean).join(': '), secrets));
  if (error === 'access_denied' && !microsoftCode(text) && !googleFault(error, text)) {
    return new MailError(
      'TOKEN_REFUSED',
      `The sign-in was declined (${said})`,
      'Sign in again and accept the permissions, or ask your administrator to allow them.',
    );
  }
  // There was no connection before, so it cannot have ended.
  if (known.code === 'RECONNECT_NEEDED') {
    return new MailError('TOKEN_REFUSED', `The identity provider refused the sign-in (${said})`, AGAIN);
  }
  return new MailError(known.code, printable(known.message), known.description.replace(AGAIN_IN_N8N, AGAIN));
}
