import { EXCHANGE_LOGIN_ERRORS } from './exchange';
import { GMAIL_LOGIN_ERRORS } from './gmail';
import { WRONG_LOGIN_ERRORS } from './password';
import type { LoginError } from './types';
import { STANDARD_LOGIN_ERRORS, TEMPORARY_LOGIN_ERRORS } from './standard';
import { YAHOO_LOGIN_ERRORS } from './yahoo';

/** The first match counts. So more specific errors come first, and temporary errors come before permanent ones. */
export const LOGIN_ERRORS: readonly LoginError[] = [
  ...TEMPORARY_LOGIN_ERRORS,
  ...EXCHANGE_LOGIN_ERRORS,
  ...GMAIL_LOGIN_ERRORS,
  ...YAHOO_LOGIN_ERRORS,
  ...STANDARD_LOGIN_ERRORS,
  ...WRONG_LOGIN_ERRORS,
];
