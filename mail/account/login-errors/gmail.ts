import type { LoginError } from './types';
import { advice } from './password';

const NOT_TAKEN =
  /"status" ?: ?"40[01]"|AUTHENTICATIONFAILED|invalid credentials|not accepted|BadCredentials|\b5\.7\.8\b/i;

/**
 * Gmail's errors. Entries without a provider are recognized by their text alone, because a Google account can also be
 * opened as "Other Server".
 *
 * Sources: https://knowledge.workspace.google.com/admin/support/troubleshooting/gmail-smtp-errors-and-codes
 * (SMTP), https://developers.google.com/workspace/gmail/imap/xoauth2-protocol (the response to a token).
 */
export const GMAIL_LOGIN_ERRORS: readonly LoginError[] = [
  {
    // IMAP: "[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)"
    says: /application-specific password required|InvalidSecondFactor|answer\/185833/i,
    description: `Google needs an app password. ${advice('gmail')}`,
  },
  {
    says: /log ?in via your web browser|web login required|WEBALERT|answer\/78754|\b5\.7\.14\b/i,
    description:
      'Google did not trust this login. Sign in to the account in a browser and confirm the security notice there, or use OAuth2, which Google does not block like this.',
  },
  {
    says: /imap access is disabled for your domain|not enabled for imap use/i,
    description:
      // Personal accounts have IMAP permanently enabled since January 2025.
      'IMAP is off for this account. In Google Workspace an administrator turns it on in the Google Admin console: "Apps", "Google Workspace", "Gmail", "End User Access", "POP and IMAP access".',
  },
  {
    says: /not enabled for pop access/i,
    description:
      'POP is off for this account. Turn it on in Gmail: "Settings", "See all settings", "Forwarding and POP/IMAP". In Google Workspace an administrator has to allow it first.',
  },
  {
    says: NOT_TAKEN,
    providers: ['gmail'],
    authentications: ['oAuth2', 'pkce'],
    description:
      'Google does not accept the token for this mailbox. "Email Address" in the credential must be empty, or the account that you chose at "Connect my account". If it is, connect it again and keep the permission to read and send mail ticked.',
  },
  {
    says: NOT_TAKEN,
    providers: ['gmail'],
    authentications: ['serviceAccount'],
    description:
      'Google does not accept the token of the service account for this mailbox. Check that the address is the primary one of a user with Gmail, and that domain-wide delegation in the Google Admin console lists the scope https://mail.google.com/ for the client ID of the service account.',
  },
];
