import type { TokenFault } from './token-fault';

const RECONNECT = 'Connect the account again in the credential "{credential}".';

const NOT_DELEGATED: TokenFault = [
  'TOKEN_REFUSED',
  'Google does not let the service account of the credential "{credential}" open mailboxes ({code})',
  'Ask a super administrator to add it in the Google Admin console: "Security", "Access and data control", "API controls", "Manage Domain Wide Delegation", "Add new", with the numeric client ID of the service account (not its email address) and the scope https://mail.google.com/. It can take up to 24 hours to work.',
];
const NO_MAILBOX: TokenFault = [
  'TOKEN_REFUSED',
  'Google does not know the mailbox of the credential "{credential}" ({code}: {detail})',
  'Check "Email Address" in the credential: it is the primary address of an active user of the Google Workspace, not an alias or a group.',
];
const UNKNOWN_CLIENT: TokenFault = [
  'TOKEN_REFUSED',
  'Google does not know the client ID of the credential "{credential}" ({code})',
  'Copy "Client ID" from "Clients" in the Google Cloud console into the credential.',
];

/**
 * What Google's errors mean for a credential, by the text `error: error_description`.
 *
 * Sources: https://developers.google.com/identity/protocols/oauth2/service-account#error-codes (service
 * accounts) and https://developers.google.com/identity/protocols/oauth2#expiration (users).
 */
const FAULTS: ReadonlyArray<readonly [pattern: RegExp, ...fault: TokenFault]> = [
  // A service account.
  [/^unauthorized_client: .*(unauthorized to retrieve|client or scope in request)/i, ...NOT_DELEGATED],
  [/^access_denied: .*client not authorized/i, ...NOT_DELEGATED],
  [/^invalid_grant: .*(invalid email or user id|not a valid email)/i, ...NO_MAILBOX],
  [/^invalid_request: .*invalid impersonation/i, ...NO_MAILBOX],
  [
    /^invalid_grant: .*(account not found|no valid verifier found)/i,
    'TOKEN_REFUSED',
    'Google does not know the service account of the credential "{credential}" ({code}: {detail})',
    'Copy "client_email" of the key file into "Service Account Email", and check in the Google Cloud console that the service account still exists.',
  ],
  [
    /^invalid_grant: .*short-lived token/i,
    'TOKEN_REFUSED',
    'Google says that the request of the credential "{credential}" is too old or too new ({code})',
    'Set the clock of the machine that runs n8n: it is minutes off.',
  ],
  [
    /^invalid_grant: .*invalid jwt signature|^disabled_client/i,
    'TOKEN_REFUSED',
    'Google does not accept the private key of the credential "{credential}" ({code}: {detail})',
    'The key belongs to another service account, or it or the service account was disabled or deleted. Create a new key for the service account in the Google Cloud console, and copy its "private_key" and "client_email" into the credential.',
  ],
  [
    /^invalid_scope: .*invalid oauth scope/i,
    'TOKEN_REFUSED',
    'Google does not know the permission that the credential "{credential}" asks for ({code})',
    'Correct "Custom Scope" in the credential: for mail it is https://mail.google.com/.',
  ],
  // The app that a user signed in to.
  [/^deleted_client/i, ...UNKNOWN_CLIENT],
  [/^invalid_client: .*oauth client was not found/i, ...UNKNOWN_CLIENT],
  [
    /^invalid_client: .*client secret is invalid/i,
    'TOKEN_REFUSED',
    'Google does not accept the client secret of the credential "{credential}" ({code})',
    'Copy "Client Secret" from "Clients" in the Google Cloud console into the credential.',
  ],
  [
    /^org_internal/i,
    'TOKEN_REFUSED',
    'The app of the credential "{credential}" is for users of its own organization only ({code})',
    'Use an account of that organization, or set the user type to "External" under "Audience" in the Google Cloud console.',
  ],
  [
    /^admin_policy_enforced|^access_denied: .*account restricted/i,
    'TOKEN_REFUSED',
    'A rule of the organization blocks the app of the credential "{credential}" ({code})',
    'Ask an administrator to trust the app in the Google Admin console: "Security", "Access and data control", "API controls", "Manage app access".',
  ],
  [
    /accessNotConfigured|has not been used in project/i,
    'TOKEN_REFUSED',
    'The Gmail API is not enabled for the app of the credential "{credential}"',
    'Enable it in the Google Cloud console under "APIs & Services", and wait a few minutes.',
  ],
  // The user's consent is no longer valid.
  [
    /^invalid_grant: .*account has been deleted/i,
    'TOKEN_REFUSED',
    'The account of the credential "{credential}" was deleted ({code})',
    'Ask an administrator to restore the account, or connect another one.',
  ],
  [
    /^invalid_grant: .*rapt/i,
    'RECONNECT_NEEDED',
    'A rule of the organization ends the connection of the credential "{credential}" after a time ({code})',
    `${RECONNECT} Ask an administrator to trust the app and to exempt trusted apps from "Google Cloud session control" in the Google Admin console.`,
  ],
  [
    /^invalid_grant: .*(expired or revoked|bad request)/i,
    'RECONNECT_NEEDED',
    'The connection of the credential "{credential}" has expired or was revoked ({code})',
    `${RECONNECT} If it ends after seven days each time, the app is in test mode: publish it under "Audience" in the Google Cloud console.`,
  ],
];

export function googleFault(error: string, description: string): TokenFault | undefined {
  const [, ...fault] = FAULTS.find(([pattern]) => pattern.test(`${error}: ${description}`)) ?? [];
  return fault.length ? (fault as unknown as TokenFault) : undefined;
}
