import type { LoginError } from './types';

const NOT_NOW = '{server} could not check the login now ({detail})';
const TRY_LATER = 'Try again in a few minutes. The server did not check the password or token.';

/**
 * Temporary refusals. Response codes: RFC 5530 section 3 (IMAP), RFC 2449 section 8 and RFC 3206 section 4 (POP3); RFC
 * 4954 section 6 (SMTP).
 */
export const TEMPORARY_LOGIN_ERRORS: readonly LoginError[] = [
  {
    // First, because some servers send [UNAVAILABLE] with this too.
    says: /account (is |has been |was )?(suspended|disabled|locked|blocked|deactivated)/i,
    description:
      'The provider has locked the account. Sign in on its website to see why, or ask the administrator of the mail server.',
  },
  {
    // Gmail: 15 connections. Dovecot: mail_max_userip_connections, with [UNAVAILABLE] before version 2.3. Exim and Sendmail:
    // "Too many concurrent SMTP connections". Exchange: "The maximum number of concurrent connections has exceeded a limit",
    // and "Concurrent connections limit exceeded".
    says: /too many ((simultaneous|concurrent|open|connected|IMAP|POP3?|SMTP) )*(connections|clients)|maximum number of (concurrent )?connections|concurrent connections limit|\[LIMIT\]|\[LOGIN-DELAY\]/i,
    code: 'CONNECTION_LIMIT',
    message: '{server} allows no more connections from this account for now ({detail})',
    description:
      'Close other programs that use this mailbox, run fewer workflows at the same time, or use one session for several nodes. Then try again.',
  },
  {
    says: /too many login|exceeded command or bandwidth limits|\[OVERQUOTA\]|throttled|rate limit/i,
    code: 'SERVER_REFUSED',
    message: '{server} makes this account wait after too many requests ({detail})',
    description: 'Wait (up to a day for Gmail), then ask less often, or for fewer messages at a time.',
  },
  {
    // A POP3 server lets one session at a time into a mailbox (RFC 1939 sections 3 and 7: "unable to lock maildrop",
    // "maildrop already locked"). Qpopper: "lock busy! Is another session active?".
    says: /\[IN-?USE\]|unable to lock|mail(drop|box) (is )?(already )?locked|lock busy|another session active/i,
    code: 'CONNECTION_LIMIT',
    message: '{server} says that another program is using the mailbox ({detail})',
    description: 'Close the other program that uses this mailbox, or try again when it is done.',
  },
  {
    // Exchange: "Server Unavailable. 15".
    says: /\[(UNAVAILABLE|SERVERBUG|SYS\/TEMP)\]|temporary (authentication failure|system problem|error)|server unavailable/i,
    code: 'SERVER_REFUSED',
    message: NOT_NOW,
    description: TRY_LATER,
  },
  {
    says: /^4(?!32)\d\d[ -]/,
    protocols: ['smtp'],
    code: 'SERVER_REFUSED',
    message: NOT_NOW,
    description: TRY_LATER,
  },
];

/** Errors that any server may send. */
export const STANDARD_LOGIN_ERRORS: readonly LoginError[] = [
  {
    // RFC 2221 section 4. Sent by Dovecot, Cyrus and Exchange for a mailbox elsewhere in a cluster.
    says: /\[REFERRAL /i,
    description:
      'The mailbox is on another server, whose address is in the brackets. Set "IMAP Host" in the credential to it.',
  },
  {
    // Dovecot: "Plaintext authentication disallowed", since 2.4 "Cleartext". Postfix: "Must issue a STARTTLS command first".
    says: /\[PRIVACYREQUIRED\]|(plain|clear)text (authentication|logins?) (is )?(disallowed|disabled)|LOGINDISABLED|issue a STARTTLS|\b5\.7\.11\b/i,
    description: ({ protocol }) =>
      `The server allows logins only on an encrypted connection: set "${protocol.toUpperCase()} Security" in the credential to TLS or STARTTLS.`,
  },
  {
    // Gmail and Zoho ("You are yet to enable IMAP"), Yandex ("does not have access rights to this service").
    says: /(imap|pop3?|smtp)\b[^.]{0,30}\b(is |are )?(disabled|not enabled|turned off|switched off)|not enabled for (imap|pop)|yet to enable (imap|pop)|access rights to this service/i,
    description:
      'The account does not allow this protocol. Turn on IMAP, POP or SMTP in the settings of the account on the website of the provider, or ask the administrator.',
  },
  {
    // Dovecot: "Client didn't present valid SSL certificate". Cyrus and Postfix: "client certificate".
    says: /client (didn't|did not) present|\bclient certificate\b/i,
    description:
      'The server needs a client certificate: paste one that it trusts, with its key, into "Client Certificate" and "Client Key" in the credential.',
  },
  {
    // RFC 4954 section 6: the server does not have what it needs for a login that hides the password.
    says: /\b4\.7\.12\b/,
    protocols: ['smtp'],
    description:
      'The server has to see the password itself once. Set "SMTP Security" in the credential to TLS or STARTTLS, or log in once with another mail program.',
  },
  {
    says: /\[EXPIRED\]|password (has |is )?expired/i,
    description: 'The password has expired. Set a new one at the provider, and enter it in the credential.',
  },
  {
    says: /\[AUTHORIZATIONFAILED\]/i,
    description:
      'The user and password are right, but this user may not open the mailbox. Ask its owner or the administrator for access, or correct the name of the mailbox.',
  },
  {
    says: /\[CONTACTADMIN\]/i,
    description: 'The server says to contact the administrator of the mail system, who can find the reason.',
  },
];
