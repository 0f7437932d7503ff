import type { LoginContext } from '../../../mail/account/login-errors/types';
import type { Authentication, ProviderId } from '../../../mail/account/providers';
import type { MailErrorCode } from '../../../mail/errors';

// Used twice: to find the row of the table, and to play a server that says it.

type Protocol = LoginContext['protocol'];

export const context = (
  provider: ProviderId,
  authentication: Authentication,
  protocol: Protocol = 'imap',
): LoginContext => ({ provider, authentication, protocol });

const OUTLOOK_APP = context('outlook', 'clientCredentials');
const OUTLOOK_USER = context('outlook', 'oAuth2');
const OUTLOOK_SENDING = context('outlook', 'oAuth2', 'smtp');
const MSN_USER = context('msn', 'oAuth2');
export const MSN_PASSWORD = context('msn', 'basic');
const GMAIL_PASSWORD = context('gmail', 'basic');
const GMAIL_SENDING = context('gmail', 'basic', 'smtp');
const GMAIL_USER = context('gmail', 'oAuth2');
const YAHOO = context('yahoo', 'basic');
const YAHOO_SENDING = context('yahoo', 'basic', 'smtp');
export const OTHER = context('other', 'basic');
const OTHER_SENDING = context('other', 'basic', 'smtp');
const OTHER_POP3 = context('other', 'basic', 'pop3');
const OTHER_USER = context('other', 'oAuth2');

/** {"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}, as Gmail sends it. */
const GMAIL_CHALLENGE =
  'eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==';

/** What servers say, and a word of the fix that only the right row has. */
export const LASTING: Array<[text: string, context: LoginContext, fix: RegExp]> = [
  // Exchange Online, reading
  ['User is authenticated but not connected.', OUTLOOK_APP, /Add-MailboxPermission.*IMAP must also be on/],
  ['User is authenticated but not connected.', OUTLOOK_USER, /Full Access.*Manage email apps/],
  ['User is authenticated but not connected.', MSN_USER, /Forwarding and IMAP.*by mistake/],
  ['AUTHENTICATE failed.', OUTLOOK_APP, /IMAP\.AccessAsApp.*New-ServicePrincipal.*enterprise application/],
  ['AUTHENTICATE failed.', OUTLOOK_USER, /signed in at "Connect my account"/],
  ['AUTHENTICATE failed.', context('outlook', 'pkce'), /signed in at "Connect my account"/],
  ['AUTHENTICATE failed.', MSN_USER, /primary alias.*Forwarding and IMAP/],
  ['LOGIN failed.', MSN_PASSWORD, /choose "OAuth2/],
  ['LOGIN failed.', OTHER, /"Outlook \/ Office 365" or "MSN \/ Outlook\.com"/],
  [
    'AUTHENTICATE failed. Error="AuthFailed:LogonDenied-None-OAuthLog:AuthExc_Auth Failed',
    OUTLOOK_APP,
    /New-ServicePrincipal/,
  ],
  [
    '[AUTHENTICATIONFAILED] AuthFailed:LogonDenied-BasicAuthBlocked-<UserType:OutlookCom> LogonFailed-BasicAuthBlocked',
    MSN_PASSWORD,
    /no longer accepts passwords/,
  ],
  ['Basic authentication is disabled.', OTHER, /no longer accepts passwords/],
  [
    '-ERR Authentication failure: unknown user name or bad password.',
    context('outlook', 'clientCredentials', 'pop3'),
    /POP\.AccessAsApp/,
  ],
  ['-ERR Logon failure: unknown user name or bad password.', OTHER_POP3, /refuse every password/],
  // Exchange Online, sending
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [MN2PR05CA0004.namprd05.prod.outlook.com 2023-09-12T20:59:57.214Z 08DBB276B7E699C4]',
    OUTLOOK_SENDING,
    /"Authenticated SMTP"/,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.',
    OUTLOOK_SENDING,
    /"Authenticated SMTP"/,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
    context('msn', 'basic', 'smtp'),
    /OAuth2/,
  ],
  [
    '504 5.7.4 Unrecognized authentication type [MW4PR03CA0123.namprd03.prod.outlook.com]',
    OUTLOOK_SENDING,
    /"Authenticated SMTP"/,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, basic authentication is disabled. [BM1P287CA0015.INDP287.PROD.OUTLOOK.COM]',
    OTHER_SENDING,
    /no longer accepts passwords/,
  ],
  [
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
    OTHER_SENDING,
    /refuses logins with a password/,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.',
    OUTLOOK_SENDING,
    /sign-in logs/,
  ],
  [
    '535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.',
    OTHER_SENDING,
    /refuse every password/,
  ],
  ['535 5.7.139 Authentication unsuccessful, account locked.', OUTLOOK_SENDING, /has locked the account/],
  [
    '535 5.7.3 Authentication unsuccessful [SN2PR00CA0018.namprd00.prod.outlook.com]',
    context('outlook', 'clientCredentials', 'smtp'),
    /SMTP\.SendAsApp/,
  ],
  [
    '535 5.7.3 Authentication unsuccessful [SN2PR00CA0018.namprd00.prod.outlook.com]',
    OUTLOOK_SENDING,
    /SMTP\.Send,/,
  ],
  // Gmail
  [
    '[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
    GMAIL_PASSWORD,
    /apppasswords/,
  ],
  [
    '534-5.7.9 Application-specific password required. For more information, go to\r\n534 5.7.9 https://support.google.com/mail/?p=InvalidSecondFactor 6a1803df08f44-8ffd82ea9casm7101606d6.42 - gsmtp',
    GMAIL_SENDING,
    /apppasswords/,
  ],
  [
    '[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
    OTHER,
    /Google needs an app password/,
  ],
  [
    '[AUTHENTICATIONFAILED] Invalid credentials (Failure)',
    GMAIL_PASSWORD,
    /does not accept the account password/,
  ],
  ['[AUTHENTICATIONFAILED] Invalid credentials (Failure)', GMAIL_USER, /keep the permission .* ticked/],
  [
    '[AUTHENTICATIONFAILED] Invalid credentials (Failure)',
    context('gmail', 'serviceAccount'),
    /domain-wide delegation/,
  ],
  [`Invalid SASL argument. ${GMAIL_CHALLENGE}`, GMAIL_USER, /does not accept the token/],
  [
    '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}',
    GMAIL_USER,
    /does not accept the token/,
  ],
  [
    '535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8 https://support.google.com/mail/?p=BadCredentials - gsmtp',
    GMAIL_SENDING,
    /does not accept the account password/,
  ],
  [
    '[ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
    GMAIL_PASSWORD,
    /in a browser/,
  ],
  [
    '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in via your web browser and\r\n534-5.7.14 then try again.\r\n534 5.7.14 https://support.google.com/mail/answer/78754 - gsmtp',
    GMAIL_SENDING,
    /in a browser/,
  ],
  [
    '[WEBALERT https://accounts.google.com/signin/continue] Web login required.',
    GMAIL_PASSWORD,
    /in a browser/,
  ],
  [
    '[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
    GMAIL_USER,
    /Google Admin console.*End User Access/,
  ],
  [
    '[ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)',
    GMAIL_USER,
    /Google Admin console.*End User Access/,
  ],
  [
    '-ERR [SYS/PERM] Your account is not enabled for POP access. Please visit your Gmail settings page and enable your account for POP access.',
    context('gmail', 'oAuth2', 'pop3'),
    /POP is off/,
  ],
  // Yahoo
  ['[AUTHENTICATIONFAILED] LOGIN Invalid credentials', YAHOO, /login\.yahoo\.com\/account\/security/],
  ['[AUTHENTICATIONFAILED] AUTHENTICATE Invalid credentials', YAHOO, /login\.yahoo\.com\/account\/security/],
  ['535 5.7.0 (#AUTH005) Too many bad auth attempts.', YAHOO_SENDING, /app password is missing or wrong/],
  [
    '535 5.7.0 (#MBR1240) Please verify your account by going to https://login.yahoo.com',
    YAHOO_SENDING,
    /wants to verify the account/,
  ],
  // Others
  [
    '[AUTHENTICATIONFAILED] Authentication failed.',
    OTHER,
    /"User" and "Password".*app password.*AOL, .*Fastmail, .*Gmail, .*iCloud/,
  ],
  ['535 5.7.8 Error: authentication failed: (reason unavailable)', OTHER_SENDING, /"User" and "Password"/],
  ['535 Incorrect authentication data', OTHER_SENDING, /"User" and "Password"/],
  ['-ERR [AUTH] Authentication failed.', OTHER_POP3, /"User" and "Password"/],
  [
    '[PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.',
    OTHER,
    /TLS or STARTTLS/,
  ],
  [
    '-ERR [AUTH] Cleartext authentication disallowed on non-secure (SSL/TLS) connections.',
    OTHER_POP3,
    /TLS or STARTTLS/,
  ],
  ['530 5.7.0 Must issue a STARTTLS command first', OTHER_SENDING, /TLS or STARTTLS/],
  [
    '[ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)',
    OTHER,
    /Turn on IMAP, POP or SMTP/,
  ],
  [
    '535 5.7.8 Error: authentication failed: This user does not have access rights to this service',
    OTHER_SENDING,
    /Turn on IMAP, POP or SMTP/,
  ],
  // Mail.ru: https://github.com/lmanukyan/print-designer/issues/5, https://github.com/thunderbird/thunderbird-android/issues/9069
  [
    '535 5.7.0 NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED',
    OTHER_SENDING,
    /needs an app password.*security settings of the account/,
  ],
  [
    '[AUTHENTICATIONFAILED] NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Aplication password is REQUIRED',
    OTHER,
    /needs an app password.*security settings of the account/,
  ],
  ['[EXPIRED] That password is no longer valid', OTHER, /has expired/],
  ['432 4.7.12 A password transition is needed', OTHER_SENDING, /the password itself once.*"SMTP Security"/],
  ['[AUTHORIZATIONFAILED] No such authorization-ID', OTHER, /may not open the mailbox/],
  ['[CONTACTADMIN] Ask us', OTHER, /administrator/],
  ['[UNAVAILABLE] Your account has been suspended', OTHER, /has locked the account/],
  [
    '[AUTHENTICATIONFAILED] Authentication failed. {"status":"invalid_token","openid-configuration":"https://id.example.com/.well-known/openid-configuration"}',
    OTHER_USER,
    /does not accept the token/,
  ],
  ['-ERR [AUTH] Authentication failed.', context('other', 'oAuth2', 'pop3'), /does not accept the token/],
  ['535 5.7.8 Error: authentication failed', context('other', 'oAuth2', 'smtp'), /does not accept the token/],
];

/** What passes by itself, with the code that keeps it from being taken for a wrong password. */
export const PASSING: Array<[text: string, context: LoginContext, code: MailErrorCode]> = [
  ['[UNAVAILABLE] Temporary authentication failure. [mail:2026-11-24 01:00:00]', OTHER, 'SERVER_REFUSED'],
  ['-ERR [SYS/TEMP] Temporary authentication failure.', OTHER_POP3, 'SERVER_REFUSED'],
  [
    '454 4.7.0 Temporary authentication failure: Connection lost to authentication server',
    OTHER_SENDING,
    'SERVER_REFUSED',
  ],
  ['451 4.3.0 Try again later', OTHER_SENDING, 'SERVER_REFUSED'],
  ['[INUSE] Mailbox in use', OTHER, 'CONNECTION_LIMIT'],
  ['-ERR [IN-USE] Mailbox is locked by another POP3 session', OTHER_POP3, 'CONNECTION_LIMIT'],
  ['[SERVERBUG] This should not happen', OTHER, 'SERVER_REFUSED'],
  ['[UNAVAILABLE] Temporary System Problem (Failure)', GMAIL_USER, 'SERVER_REFUSED'],
  [
    '454-4.7.0 Too many login attempts, please try again later. For more information, go to\r\n454 4.7.0 https://support.google.com/mail/answer/7126229 - gsmtp',
    GMAIL_SENDING,
    'SERVER_REFUSED',
  ],
  ['[OVERQUOTA] Account exceeded command or bandwidth limits.', GMAIL_USER, 'SERVER_REFUSED'],
  ['Request is throttled. Suggested Backoff Time: 299961 milliseconds', OUTLOOK_USER, 'SERVER_REFUSED'],
  ['Server Unavailable. 15', OUTLOOK_USER, 'SERVER_REFUSED'],
  ['[ALERT] Too many simultaneous connections. (Failure)', GMAIL_USER, 'CONNECTION_LIMIT'],
  ['[LIMIT] Rate limit hit.', YAHOO, 'CONNECTION_LIMIT'],
  [
    '[UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)',
    OTHER,
    'CONNECTION_LIMIT',
  ],
];
