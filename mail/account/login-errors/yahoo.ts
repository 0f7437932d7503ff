import { advice } from './password';
import type { LoginError } from './types';

/** Yahoo's errors; the SMTP servers of AOL and AT&T use the same codes. */
export const YAHOO_LOGIN_ERRORS: readonly LoginError[] = [
  {
    // "535 5.7.0 (#MBR1240) Please verify your account by going to https://login.yahoo.com"
    says: /#MBR1240|verify your account by/i,
    description:
      'Yahoo wants to verify the account: sign in at https://login.yahoo.com and follow the instructions.',
  },
  {
    // "535 5.7.0 (#AUTH005) Too many bad auth attempts." Sent even for the first attempt with the account's own
    // password.
    says: /#AUTH\d+|too many bad auth attempts/i,
    description: `Yahoo, AOL and AT&T say this if an app password is missing or wrong. ${advice('yahoo')} After several attempts Yahoo refuses even the right one for some hours.`,
  },
];
