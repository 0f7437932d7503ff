import { AUTHENTICATIONS } from '../account/providers';
import { MailError } from '../errors';
import { redact } from '../net/network-errors';
import { CORRECT_URL } from './errors';
import type { Fault } from './fault';

export type Mechanism = 'basic' | 'ntlm';

/** The schemes as HTTP names them (RFC 9110 section 11.1), with the authentication of Email Connect for each. */
const SCHEMES = {
  basic: { scheme: 'Basic', authentication: AUTHENTICATIONS.basic.name },
  ntlm: { scheme: 'NTLM', authentication: AUTHENTICATIONS.ntlm.name },
} as const;

/** The error for a login that the server refused. */
export function loginRefused({ headers }: Pick<Fault, 'headers'>, url: URL, mechanism: Mechanism): MailError {
  const wanted = SCHEMES[mechanism];
  const offered = schemesOf(headers['www-authenticate']);
  const offers = (scheme: string) => offered.some((name) => name.toLowerCase() === scheme.toLowerCase());
  if (offers(wanted.scheme)) {
    return new MailError(
      'AUTHENTICATION_FAILED',
      `${url.host} refused the user and the password`,
      WRONG_PASSWORD[mechanism],
    );
  }
  const other = Object.values(SCHEMES).find(({ scheme }) => offers(scheme));
  return new MailError(
    'AUTHENTICATION_FAILED',
    `${url.host} does not offer ${wanted.scheme}${offered.length ? `, only ${offered.join(', ')}` : ''}`,
    other
      ? `Set "Authentication" of Email Connect to "${other.authentication}", with a credential for it.`
      : UNSUPPORTED,
  );
}

const WRONG_PASSWORD: Readonly<Record<Mechanism, string>> = {
  basic:
    'Check "User" and "Password" in the credential. Exchange accepts the user as EXAMPLE\\ada or ada@example.com. The account may also be locked or expired.',
  ntlm: 'Check "User", "Password" and "Domain" in the credential. The account may also be locked or expired. If everything is right, a proxy that decrypts TLS may be the cause: Exchange with Extended Protection then refuses NTLM.',
};
const UNSUPPORTED =
  'Ask the Exchange administrator to enable NTLM or Basic for EWS. If the mailbox is in Office 365, use the provider "Outlook / Office 365" and its credentials.';

/** The schemes that a server offers: the start of each challenge in the list, without its parameters. */
export const schemesOf = (header = ''): string[] => [
  ...new Set(
    Array.from(header.matchAll(/(?:^|,)\s*([A-Za-z]+)(?=\s+[^\s=]|\s*(?:,|$))/g), ([, name = '']) => name),
  ),
];

/** The error for a response that is neither a refused login nor the inbox. */
export function notOpened(
  { status, headers, body }: Pick<Fault, 'status' | 'headers' | 'body'>,
  responseCode: string | undefined,
  url: URL,
  secrets: readonly string[],
): MailError {
  const address = url.origin + url.pathname;
  if (responseCode) return requestRefused(responseCode, secrets);
  if (status >= 300 && status < 400) {
    return new MailError(
      'NOT_A_MAIL_SERVER',
      `${address} redirects to ${redact(redirectTarget(headers.location, url), secrets)}`,
      'Redirects are not followed, because the password is meant for one server only. If EWS is there, enter that address in "EWS URL". If it is a login page, ask the administrator for an address of EWS without one.',
    );
  }
  if (status === 407) {
    return new MailError(
      'NOT_A_MAIL_SERVER',
      `A proxy between n8n and ${url.host} wants a login (HTTP 407)`,
      'Ask the network administrator to let n8n reach this server without one.',
    );
  }
  if (status === 403) {
    return new MailError(
      'SERVER_REFUSED',
      `${url.host} does not allow EWS (HTTP 403)`,
      'Ask the Exchange administrator whether EWS is enabled for this mailbox and for apps, and whether n8n may connect from its address.',
    );
  }
  if (status === 429 || status >= 500) {
    return new MailError(
      'SERVER_REFUSED',
      `${url.host} cannot answer now (HTTP ${status})`,
      'Try again later. If it always happens, ask the Exchange administrator.',
    );
  }
  // 440 is how Exchange and gateways in front of it say that a login on their page has expired.
  if (status === 440 || (status === 200 && /^\s*<(?:!doctype html|html)\b/i.test(body))) {
    return new MailError(
      'NOT_A_MAIL_SERVER',
      `${address} answers with a web page, such as a login page`,
      `${CORRECT_URL} If a proxy in front of Exchange has its own login page, ask the administrator for an address of EWS without one.`,
    );
  }
  return new MailError('NOT_A_MAIL_SERVER', `There is no EWS at ${address} (HTTP ${status})`, CORRECT_URL);
}

/**
 * The error for a request that a server, or a gateway in front of it, finds too large: IIS says 404 then too
 * (https://learn.microsoft.com/iis/configuration/system.webserver/security/requestfiltering/requestlimits).
 */
export const requestTooLarge = ({ host }: URL, status: number, bytes: number): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `${host} does not accept a request of ${Math.ceil(bytes / 1024 / 1024)} MB (HTTP ${status})`,
    'Send smaller attachments, or ask the Exchange administrator to raise the limit for EWS and for any proxy in front of it. Nothing was changed or sent.',
  );

/** Without the query, which may contain secrets. */
function redirectTarget(location: string | undefined, url: URL): string {
  if (!location || !URL.canParse(location, url.href)) return 'another address';
  const { origin, pathname } = new URL(location, url.href);
  return origin + pathname;
}

const NO_MAILBOX =
  'Enter the address of a mailbox on this server in "Email Address" in the credential, or in the option "Shared Mailbox" of Email Connect.';
const UNKNOWN_MAILBOX =
  'No mailbox has this address: check "Email Address" in the credential, or the option "Shared Mailbox" of Email Connect, for typing errors. In Office 365, an account without a license has no mailbox.';
const NO_ACCESS =
  'The user needs the permission "Full Access" for the mailbox in "Email Address" in the credential, or in "Shared Mailbox" in Email Connect.';
const NO_IMPERSONATION =
  'The user needs the role ApplicationImpersonation. Without it, switch off the option "Impersonate" of Email Connect: the permission "Full Access" for the mailbox is then enough.';
const OTHER_VERSION = 'Set the option "EWS Version" of Email Connect to the version of the server.';

/** What to do, by ResponseCodeType of the schema. */
const REMEDIES: Readonly<Record<string, string>> = {
  ErrorNonExistentMailbox: UNKNOWN_MAILBOX,
  ErrorMissingEmailAddress: NO_MAILBOX,
  ErrorInvalidSmtpAddress: NO_MAILBOX,
  ErrorAccessDenied: NO_ACCESS,
  ErrorFolderNotFound: NO_ACCESS,
  ErrorItemNotFound: NO_ACCESS,
  ErrorImpersonateUserDenied: NO_IMPERSONATION,
  ErrorImpersonationDenied: NO_IMPERSONATION,
  ErrorInvalidServerVersion: OTHER_VERSION,
  ErrorIncorrectSchemaVersion: OTHER_VERSION,
};

/** The error for any request that Exchange itself refuses. */
export function requestRefused(code: string, secrets: readonly string[]): MailError {
  return new MailError(
    'SERVER_REFUSED',
    `Exchange refused the request (${redact(code, secrets)})`,
    Object.hasOwn(REMEDIES, code) ? REMEDIES[code]! : 'Try again later, or ask the Exchange administrator.',
  );
}

export const connectionNotKept = (url: URL): MailError =>
  new MailError(
    'CONNECTION_LOST',
    `${url.host} closed the connection in the middle of the NTLM login`,
    'NTLM needs one connection for its three messages, and a proxy between n8n and Exchange may break it. Let the proxy pass the connection through, or use a credential for Basic.',
  );
