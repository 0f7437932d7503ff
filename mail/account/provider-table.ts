import { MICROSOFT_CLOUDS, type MicrosoftCloud } from './microsoft-clouds';
import { APP_PASSWORD, AUTHENTICATIONS, type Cloud, type Endpoint, type ProviderRow } from './provider-row';

const tls = (host: string, port: number): Endpoint => ({ host, port, security: 'tls' });
const startTls = (host: string, port: number): Endpoint => ({ host, port, security: 'starttls' });

const microsoft = ({ name, imapHost, popHost, smtpHost, smtpPort }: MicrosoftCloud): Cloud => ({
  name,
  endpoints: {
    imap: tls(imapHost, 993),
    pop3: tls(popHost, 995),
    submission: startTls(smtpHost, smtpPort),
  },
});

/** @param plan "pro" for a paying organization */
const zoho = (domain: string, plan: '' | 'pro' = ''): Cloud => ({
  name: plan ? `${domain}, organization with a paid plan` : `${domain}, personal or free plan`,
  endpoints: {
    imap: tls(`imap${plan}.${domain}`, 993),
    pop3: tls(`pop${plan}.${domain}`, 995),
    submission: tls(`smtp${plan}.${domain}`, 465),
  },
});

const ON_PREMISES =
  'An Exchange Server needs a user and password. For a mailbox in Office 365, choose the provider "Outlook / Office 365".';
const NO_APP_ACCESS = 'does not let apps in without a user who signs in';

const USE_AN_APP_PASSWORD = `Use "${APP_PASSWORD.name}".`;
const {
  basic: BASIC,
  clientCredentials: APP,
  oAuth2: USER,
  pkce: PKCE,
  serviceAccount: ACCOUNT,
} = AUTHENTICATIONS;

const GROUPS_OF_FOUR_LETTERS = { shownAs: /^[a-z]{4}(\s?[a-z]{4}){3}$/i, separators: /\s/g };

/**
 * The connection matrix: which provider supports which protocol with which authentication, where its servers are, and
 * which credential type is used. From it derive the editor's choices and credential slots, the checks at run time, the
 * advice for a refused password, the list in package.json, and the tables in the docs (`npm run docs`).
 */
export const PROVIDERS = [
  {
    id: 'exchange',
    name: 'Exchange Server',
    protocols: ['ews'],
    sharedMailboxes: ['ntlm', 'basic'],
    authentications: {
      ntlm: { credentialType: 'emailExchangeNtlmApi' },
      basic: {
        credentialType: 'emailExchangeBasicApi',
        when: 'For an Exchange Server that does not offer NTLM: the password is sent over https',
      },
    },
    refused: {
      clientCredentials: ON_PREMISES,
      oAuth2: ON_PREMISES,
      pkce: ON_PREMISES,
    },
  },
  {
    id: 'fastmail',
    name: 'Fastmail',
    protocols: ['imap', 'pop3'],
    // https://www.fastmail.help/hc/en-us/articles/1500000278342
    endpoints: {
      imap: tls('imap.fastmail.com', 993),
      pop3: tls('pop.fastmail.com', 995),
      submission: tls('smtp.fastmail.com', 465),
    },
    authentications: {
      basic: {
        credentialType: 'emailFastmailAppPasswordApi',
        ...APP_PASSWORD,
        appPassword: { shownAs: /^[a-z0-9]{4}(\s?[a-z0-9]{4}){3}$/i, separators: /\s/g },
        passwordAdvice:
          'Fastmail does not accept the account password. Create an app password with access to mail at https://app.fastmail.com/settings/security under "Manage app passwords and access", and enter it instead of the password. The Basic plan has no app passwords.',
      },
    },
    refused: {
      clientCredentials: `Fastmail ${NO_APP_ACCESS}. ${USE_AN_APP_PASSWORD}`,
      oAuth2: `Fastmail offers OAuth2 for mail only to registered programs. ${USE_AN_APP_PASSWORD}`,
      pkce: `Fastmail offers OAuth2 for mail only to registered programs. ${USE_AN_APP_PASSWORD}`,
    },
  },
  {
    id: 'gmail',
    name: 'Gmail',
    protocols: ['imap', 'pop3'],
    // https://support.google.com/mail/answer/7126229
    endpoints: {
      imap: tls('imap.gmail.com', 993),
      pop3: tls('pop.gmail.com', 995),
      submission: tls('smtp.gmail.com', 465),
    },
    savesSentCopy: true,
    sharedMailboxes: ['serviceAccount'],
    authentications: {
      oAuth2: { credentialType: 'emailGmailOAuth2Api' },
      pkce: { credentialType: 'emailGmailPkceOAuth2Api' },
      serviceAccount: { credentialType: 'emailGmailServiceAccountApi' },
      basic: {
        credentialType: 'emailGmailAppPasswordApi',
        ...APP_PASSWORD,
        appPassword: GROUPS_OF_FOUR_LETTERS,
        passwordAdvice:
          'Google does not accept the account password, and deletes all app passwords when you change it. Create an app password at https://myaccount.google.com/apppasswords (the account needs 2-Step Verification) and enter it instead of the password.',
      },
    },
    refused: {
      clientCredentials: `Google has no client credentials for mail. Use "${ACCOUNT.name}" instead: a service account with domain-wide delegation.`,
    },
  },
  {
    id: 'icloud',
    name: 'iCloud',
    protocols: ['imap'],
    // https://support.apple.com/102525. POP3 is not supported.
    endpoints: {
      imap: tls('imap.mail.me.com', 993),
      submission: startTls('smtp.mail.me.com', 587),
    },
    authentications: {
      basic: {
        credentialType: 'emailIcloudAppPasswordApi',
        ...APP_PASSWORD,
        // https://support.apple.com/102654. The hyphens are part of the password.
        appPassword: { shownAs: /^[a-z]{4}(-[a-z]{4}){3}$/i },
        passwordAdvice:
          'Apple does not accept the account password, and deletes all app passwords when you change it. Create an app password (Apple calls it app-specific) at https://account.apple.com under "Sign-In and Security" (the account needs two-factor authentication), and enter it with its hyphens. "Email Address" is the iCloud address, not another address of the Apple Account.',
      },
    },
    refused: {
      clientCredentials: `Apple ${NO_APP_ACCESS}. ${USE_AN_APP_PASSWORD}`,
      oAuth2: `Apple has no OAuth2 for mail. ${USE_AN_APP_PASSWORD}`,
      pkce: `Apple has no OAuth2 for mail. ${USE_AN_APP_PASSWORD}`,
    },
  },
  {
    id: 'msn',
    name: 'MSN / Outlook.com',
    protocols: ['imap', 'pop3'],
    // https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040
    endpoints: {
      ...microsoft(MICROSOFT_CLOUDS.global).endpoints,
      submission: startTls('smtp-mail.outlook.com', 587),
    },
    savesSentCopy: true,
    authentications: {
      oAuth2: { credentialType: 'emailMsnOAuth2Api' },
      basic: {
        credentialType: 'emailMsnBasicApi',
        when: 'Retired by Microsoft: nearly all accounts refuse it',
        retired: true,
        appPassword: GROUPS_OF_FOUR_LETTERS,
        passwordAdvice: `Microsoft no longer accepts passwords or app passwords for nearly all personal accounts. In Email Connect choose "${USER.name}".`,
        notice: `Microsoft has retired sign-in with a password for Outlook.com, Hotmail, Live and MSN, so most accounts refuse it. Use "${USER.name}".`,
      },
    },
    refused: {
      clientCredentials: `A personal Microsoft account ${NO_APP_ACCESS}. Use "${USER.name}".`,
      pkce: `For personal Microsoft accounts, use "${USER.name}", which signs in with the same code flow.`,
    },
  },
  {
    id: 'other',
    name: 'Other Server',
    protocols: ['imap', 'pop3'],
    authentications: {
      basic: { credentialType: 'emailServerBasicApi' },
      oAuth2: {
        credentialType: 'emailServerOAuth2Api',
        when: 'For a server that takes tokens of an identity provider, such as Dovecot with Keycloak',
      },
    },
    refused: {
      clientCredentials: `There is no standard for this. Use "${USER.name}" or "${BASIC.name}".`,
      pkce: `Use "${USER.name}": its credential offers PKCE as a grant type.`,
    },
  },
  {
    id: 'outlook',
    name: 'Outlook / Office 365',
    protocols: ['imap', 'pop3', 'ews', 'graph'],
    protocolNotices: {
      ews: 'Microsoft is turning off EWS in Exchange Online, one organization after another, and finally on 1 April 2027. Use Microsoft Graph for new workflows.',
    },
    clouds: {
      global: microsoft(MICROSOFT_CLOUDS.global),
      usGov: microsoft(MICROSOFT_CLOUDS.usGov),
      china: microsoft(MICROSOFT_CLOUDS.china),
    } satisfies Record<keyof typeof MICROSOFT_CLOUDS, Cloud>,
    savesSentCopy: true,
    sharedMailboxes: ['clientCredentials', 'oAuth2', 'pkce'],
    authentications: {
      oAuth2: { credentialType: 'emailOutlookOAuth2Api' },
      pkce: { credentialType: 'emailOutlookPkceOAuth2Api' },
      clientCredentials: { credentialType: 'emailOutlookClientCredentialsApi' },
    },
    refused: {
      basic: `Microsoft has retired sign-in with a password for Office 365. Use "${USER.name}" or "${PKCE.name}" for a user, "${APP.name}" for an app.`,
    },
  },
  {
    id: 'yahoo',
    name: 'Yahoo',
    protocols: ['imap', 'pop3'],
    // https://help.yahoo.com/kb/SLN4075.html
    endpoints: {
      imap: tls('imap.mail.yahoo.com', 993),
      pop3: tls('pop.mail.yahoo.com', 995),
      submission: tls('smtp.mail.yahoo.com', 465),
    },
    authentications: {
      basic: {
        credentialType: 'emailYahooAppPasswordApi',
        ...APP_PASSWORD,
        appPassword: GROUPS_OF_FOUR_LETTERS,
        passwordAdvice:
          'Yahoo does not accept the account password. Create an app password at https://login.yahoo.com/account/security under "External connections", and enter it instead of the password.',
      },
    },
    refused: {
      clientCredentials: `Yahoo ${NO_APP_ACCESS}. ${USE_AN_APP_PASSWORD}`,
      oAuth2: `Yahoo offers OAuth2 for mail only to partners. ${USE_AN_APP_PASSWORD}`,
      pkce: `Yahoo offers OAuth2 for mail only to partners. ${USE_AN_APP_PASSWORD}`,
    },
  },
  {
    id: 'zoho',
    name: 'Zoho',
    protocols: ['imap', 'pop3'],
    // https://www.zoho.com/mail/help/imap-access.html, and pop-access.html and zoho-smtp.html next to it. Each account
    // belongs to one of Zoho's regions:
    // https://help.zoho.com/portal/en/kb/accounts/manage-your-zoho-account/articles/data-center-for-zoho-account
    clouds: {
      global: zoho('zoho.com'),
      globalPro: zoho('zoho.com', 'pro'),
      europe: zoho('zoho.eu'),
      europePro: zoho('zoho.eu', 'pro'),
      india: zoho('zoho.in'),
      indiaPro: zoho('zoho.in', 'pro'),
      australia: zoho('zoho.com.au'),
      australiaPro: zoho('zoho.com.au', 'pro'),
      japan: zoho('zoho.jp'),
      japanPro: zoho('zoho.jp', 'pro'),
      canada: zoho('zohocloud.ca'),
      canadaPro: zoho('zohocloud.ca', 'pro'),
      saudiArabia: zoho('zoho.sa'),
      saudiArabiaPro: zoho('zoho.sa', 'pro'),
      china: zoho('zoho.com.cn'),
      chinaPro: zoho('zoho.com.cn', 'pro'),
    },
    savesSentCopy: true,
    authentications: {
      basic: {
        credentialType: 'emailZohoAppPasswordApi',
        ...APP_PASSWORD,
        // https://help.zoho.com/portal/en/kb/accounts/manage-your-zoho-account/articles/manage-application-specific-passwords
        appPassword: { shownAs: /^[a-z0-9]{4}(\s?[a-z0-9]{4}){2,3}$/i, separators: /\s/g },
        passwordAdvice:
          'If the account has multi-factor authentication, Zoho does not accept its password: create an app password at https://accounts.zoho.com (or the site of your region) under "Security", "App Passwords", and enter it instead. Zoho gives the same error if "Cloud" is not the region and plan of the account. Also turn on IMAP or POP in Zoho Mail under "Settings", "Mail Accounts".',
      },
    },
    refused: {
      clientCredentials: `The mail servers of Zoho do not accept tokens. ${USE_AN_APP_PASSWORD}`,
      oAuth2: `The mail servers of Zoho do not accept tokens. ${USE_AN_APP_PASSWORD}`,
      pkce: `The mail servers of Zoho do not accept tokens. ${USE_AN_APP_PASSWORD}`,
    },
  },
] as const satisfies readonly ProviderRow[];
