import type { LoginError } from './types';

const NOT_CONNECTED = /user is authenticated but not connected/i;

/** Everything that Exchange says about a wrong password, or a token that does not fit the mailbox. */
const LOGIN_FAILED =
  /(AUTHENTICATE|LOGIN) failed|Logon(Denied|Failed)|(authentication|logon) failure: unknown user name|authentication unsuccessful|\b5\.7\.3\b/i;

const APP_STEPS =
  'admin consent for it, the app registered in Exchange Online by New-ServicePrincipal with the object ID of the enterprise application (the app registration has another one), and Add-MailboxPermission with FullAccess to this mailbox. Changes can take an hour.';
const appNeeds = (permission: string): string =>
  `Exchange Online does not let this app open the mailbox. It needs the application permission ${permission}, ${APP_STEPS} Check the address of the mailbox as well.`;

const USER_NEEDS =
  'Exchange Online does not accept the connected account for this mailbox. "Email Address" must be the account that signed in at "Connect my account": its user principal name, not an alias, or empty if that is also its mail address. "Shared Mailbox" in Email Connect must be a mailbox that this account has Full Access to.';
const EMAIL_APPS =
  'Microsoft 365 admin center, "Users", "Active users", the user, "Mail", "Manage email apps"';

/**
 * Errors of Exchange Online, Outlook.com and Exchange Server. Entries without a provider are recognized by their text
 * alone, because such a mailbox can also be opened as "Other Server".
 *
 * Sources:
 * https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth,
 * https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission.
 * The texts are those that users of other mail programs reported.
 */
export const EXCHANGE_LOGIN_ERRORS: readonly LoginError[] = [
  {
    // "535 5.7.139 Authentication unsuccessful, basic authentication is disabled."
    // "AuthFailed:LogonDenied-BasicAuthBlocked-<UserType:OutlookCom> LogonFailed-BasicAuthBlocked"
    says: /BasicAuthBlocked|basic authentication is disabled/i,
    description:
      'Microsoft no longer accepts passwords for mail, not even app passwords. In Email Connect choose "OAuth2 (Sign In as User)", with the provider "Outlook / Office 365" for an account of an organization, or "MSN / Outlook.com" for a personal one.',
  },
  {
    says: /SmtpClientAuthentication is disabled/i,
    providers: ['msn'],
    description:
      'Microsoft does not let this account send by SMTP with a password. Use "OAuth2 (Sign In as User)". If that is refused too, sign in at outlook.com: Microsoft may have to verify a new account first.',
  },
  {
    // If the mailbox has no setting of its own, the tenant's setting applies. "504 5.7.4": AUTH is disabled completely.
    says: /SmtpClientAuthentication is disabled|\b5\.7\.4\b/i,
    description: `Sending by SMTP is off for this mailbox or for the whole organization. Ask an administrator to tick "Authenticated SMTP" for the mailbox: ${EMAIL_APPS}. For a shared mailbox: Set-CASMailbox with -SmtpClientAuthenticationDisabled $false. It can take an hour.`,
  },
  {
    says: /security defaults|did not meet the criteria/i,
    authentications: ['basic'],
    description:
      'A security rule of the organization refuses logins with a password. Use "OAuth2 (Sign In as User)" with the provider "Outlook / Office 365".',
  },
  {
    says: /security defaults|did not meet the criteria/i,
    description:
      'A security rule of the organization refused the login. An administrator can find the rule in the sign-in logs of the Microsoft Entra admin center (security defaults or Conditional Access).',
  },
  {
    says: NOT_CONNECTED,
    providers: ['msn'],
    description:
      'Turn on "Let devices and apps use IMAP" at outlook.com under "Settings", "Mail", "Forwarding and IMAP", and check that "Email Address" is the primary alias of the connected account. If both are right, try again in a few hours: Microsoft sometimes refuses personal accounts with this message by mistake.',
  },
  {
    says: NOT_CONNECTED,
    authentications: ['clientCredentials'],
    description: `${appNeeds('IMAP.AccessAsApp')} IMAP must also be on for the mailbox: ${EMAIL_APPS}.`,
  },
  {
    says: NOT_CONNECTED,
    description: `Exchange knows the account but cannot open the mailbox: it does not exist under this address, the account has no Full Access to it, it has no license, or IMAP is off for it (${EMAIL_APPS}).`,
  },
  {
    says: LOGIN_FAILED,
    providers: ['outlook'],
    authentications: ['clientCredentials'],
    protocols: ['smtp'],
    description: appNeeds('SMTP.SendAsApp'),
  },
  {
    says: LOGIN_FAILED,
    providers: ['outlook'],
    authentications: ['clientCredentials'],
    protocols: ['pop3'],
    description: appNeeds('POP.AccessAsApp'),
  },
  {
    says: LOGIN_FAILED,
    providers: ['outlook'],
    authentications: ['clientCredentials'],
    description: appNeeds('IMAP.AccessAsApp'),
  },
  {
    says: LOGIN_FAILED,
    providers: ['outlook'],
    authentications: ['oAuth2', 'pkce'],
    protocols: ['smtp'],
    description: `${USER_NEEDS} Sending also needs the permission SMTP.Send, given at "Connect my account", and "Authenticated SMTP": ${EMAIL_APPS}.`,
  },
  {
    says: LOGIN_FAILED,
    providers: ['outlook'],
    authentications: ['oAuth2', 'pkce'],
    description: `${USER_NEEDS} If both are right, connect again, accept all permissions, and check that IMAP is ticked: ${EMAIL_APPS}.`,
  },
  {
    says: LOGIN_FAILED,
    providers: ['msn'],
    authentications: ['oAuth2'],
    description:
      '"Email Address" must be the primary alias of the account that signed in at "Connect my account". If it is, connect it again and accept all permissions, and turn on "Let devices and apps use IMAP" at outlook.com under "Settings", "Mail", "Forwarding and IMAP".',
  },
  {
    says: /(AUTHENTICATE|LOGIN) failed\.|(authentication|logon) failure: unknown user name|authentication unsuccessful/i,
    providers: ['other'],
    authentications: ['basic'],
    description:
      'The user or password is wrong, or IMAP, POP or SMTP is off for the mailbox. Microsoft 365 and Outlook.com refuse every password: for them, choose the provider "Outlook / Office 365" or "MSN / Outlook.com" with OAuth2.',
  },
];
