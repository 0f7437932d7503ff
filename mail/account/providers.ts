import { MICROSOFT_CLOUDS } from './microsoft-clouds';
import { invalidInput } from '../errors';
import type { Security } from '../net/server-settings';

export const PROTOCOLS = {
  imap: { name: 'IMAP' },
  pop3: { name: 'POP3' },
  ews: { name: 'EWS' },
  graph: { name: 'Microsoft Graph' },
} as const;

export const AUTHENTICATIONS = {
  basic: { name: 'Basic (User and Password)' },
  clientCredentials: { name: 'Client Credentials (App Only)' },
  ntlm: { name: 'NTLM' },
  oAuth2: { name: 'OAuth2 (Managed by n8n)' },
  pkce: { name: 'Authorization Code with PKCE' },
  serviceAccount: { name: 'Service Account' },
} as const;

export type Protocol = keyof typeof PROTOCOLS;
export type Authentication = keyof typeof AUTHENTICATIONS;

/** Those whose servers are a host and a port of their own. */
export type MailServerProtocol = Exclude<Protocol, 'ews' | 'graph'>;

/** Where a server of a provider listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
}

interface AuthMethod {
  readonly credentialType: string;
  /** Shown in place of the authentication's general name. */
  readonly name?: string;
  /** Shown below the choice. */
  readonly notice?: string;
}

export interface ProviderRow {
  readonly id: string;
  readonly name: string;
  readonly protocols: readonly Protocol[];
  /** Shown below the choice of a protocol. */
  readonly protocolNotices?: Readonly<Partial<Record<Protocol, string>>>;
  /** Where the provider listens; without it the credential says so. */
  readonly endpoints?: Readonly<Record<MailServerProtocol | 'submission', Endpoint>>;
  /** Whether the provider itself puts what it is sent over SMTP into the folder for sent mail. */
  readonly savesSentCopy?: boolean;
  /** Whether one credential opens more mailboxes than one. */
  readonly sharedMailboxes?: readonly Authentication[];
  /** The first is the default. */
  readonly authentications: Readonly<Partial<Record<Authentication, AuthMethod>>>;
  /** Why an authentication that people look for is not offered, and what to use in its place. */
  readonly refused?: Readonly<Partial<Record<Authentication, string>>>;
}

const { imapHost, popHost, smtpHost, smtpPort } = MICROSOFT_CLOUDS.global;

const ON_PREMISES =
  'An Exchange Server takes user and password. For a mailbox in Office 365 use the provider "outlook".';
const NO_APP_ACCESS = 'has no access for apps: a user has to sign in';

/**
 * The connection matrix: which provider speaks which protocol with which authentication, and the credential
 * type that holds what is needed. The editor's choices, the checks at run time and the docs derive from it.
 */
export const PROVIDERS = [
  {
    id: 'exchange',
    name: 'Exchange Server',
    protocols: ['ews'],
    sharedMailboxes: ['ntlm', 'basic'],
    authentications: {
      ntlm: { credentialType: 'emailExchangeNtlmApi' },
      basic: { credentialType: 'emailExchangeBasicApi' },
    },
    refused: {
      clientCredentials: ON_PREMISES,
      oAuth2: ON_PREMISES,
      pkce: ON_PREMISES,
    },
  },
  {
    id: 'gmail',
    name: 'Gmail',
    protocols: ['imap', 'pop3'],
    endpoints: {
      imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
      pop3: { host: 'pop.gmail.com', port: 995, security: 'tls' },
      submission: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
    },
    savesSentCopy: true,
    sharedMailboxes: ['serviceAccount'],
    authentications: {
      oAuth2: { credentialType: 'emailGmailOAuth2Api' },
      pkce: { credentialType: 'emailGmailPkceOAuth2Api' },
      serviceAccount: { credentialType: 'emailGmailServiceAccountApi' },
      basic: { credentialType: 'emailGmailAppPasswordApi', name: 'App Password' },
    },
    refused: {
      clientCredentials:
        'Google gives apps no client credentials for mail. Use "serviceAccount": a service account with domain-wide delegation does the same.',
    },
  },
  {
    id: 'msn',
    name: 'MSN / Outlook.com',
    protocols: ['imap', 'pop3'],
    endpoints: {
      imap: { host: imapHost, port: 993, security: 'tls' },
      pop3: { host: popHost, port: 995, security: 'tls' },
      submission: { host: 'smtp-mail.outlook.com', port: 587, security: 'starttls' },
    },
    savesSentCopy: true,
    authentications: {
      oAuth2: { credentialType: 'emailMsnOAuth2Api' },
      basic: {
        credentialType: 'emailMsnBasicApi',
        notice:
          'Microsoft has retired sign-in with a password for Outlook.com, Hotmail, Live and MSN, so most accounts refuse it. Use OAuth2.',
      },
    },
    refused: {
      clientCredentials: `A personal Microsoft account ${NO_APP_ACCESS}. Use "oAuth2".`,
      pkce: 'For personal Microsoft accounts use "oAuth2", which signs in with the same code flow.',
    },
  },
  {
    id: 'other',
    name: 'Other Server',
    protocols: ['imap', 'pop3'],
    authentications: {
      basic: { credentialType: 'emailServerBasicApi' },
      oAuth2: { credentialType: 'emailServerOAuth2Api' },
    },
    refused: {
      clientCredentials: 'There is no common way to do this. Use "oAuth2" or "basic".',
      pkce: 'Use "oAuth2": its credential offers PKCE as a grant type.',
    },
  },
  {
    id: 'outlook',
    name: 'Outlook / Office 365',
    protocols: ['imap', 'pop3', 'ews', 'graph'],
    protocolNotices: {
      ews: 'Microsoft is switching EWS off in Exchange Online, organization by organization, and for good on 1 April 2027. Take Microsoft Graph for what is new.',
    },
    endpoints: {
      imap: { host: imapHost, port: 993, security: 'tls' },
      pop3: { host: popHost, port: 995, security: 'tls' },
      submission: { host: smtpHost, port: smtpPort, security: 'starttls' },
    },
    savesSentCopy: true,
    sharedMailboxes: ['clientCredentials', 'oAuth2', 'pkce'],
    authentications: {
      oAuth2: { credentialType: 'emailOutlookOAuth2Api' },
      pkce: { credentialType: 'emailOutlookPkceOAuth2Api' },
      clientCredentials: { credentialType: 'emailOutlookClientCredentialsApi' },
    },
    refused: {
      basic:
        'Microsoft has retired sign-in with a password for Office 365. Use "oAuth2" or "pkce" for a user, "clientCredentials" for an app.',
    },
  },
  {
    id: 'yahoo',
    name: 'Yahoo',
    protocols: ['imap', 'pop3'],
    endpoints: {
      imap: { host: 'imap.mail.yahoo.com', port: 993, security: 'tls' },
      pop3: { host: 'pop.mail.yahoo.com', port: 995, security: 'tls' },
      submission: { host: 'smtp.mail.yahoo.com', port: 465, security: 'tls' },
    },
    authentications: { basic: { credentialType: 'emailYahooAppPasswordApi', name: 'App Password' } },
    refused: {
      clientCredentials: `Yahoo ${NO_APP_ACCESS}. Use "basic" with an app password.`,
      oAuth2: 'Yahoo gives OAuth2 for mail only to partners. Use "basic" with an app password.',
      pkce: 'Yahoo gives OAuth2 for mail only to partners. Use "basic" with an app password.',
    },
  },
] as const satisfies readonly ProviderRow[];

export type ProviderId = (typeof PROVIDERS)[number]['id'];
export type CredentialType = {
  [Row in (typeof PROVIDERS)[number] as Row['id']]: {
    [Mode in keyof Row['authentications']]: Row['authentications'][Mode] extends {
      credentialType: infer Type;
    }
      ? Type
      : never;
  }[keyof Row['authentications']];
}[ProviderId];

/** One cell of the matrix. */
export interface Connection {
  provider: ProviderId;
  protocol: Protocol;
  authentication: Authentication;
  credentialType: CredentialType;
}

/** The row of a provider, with every property that a row can have. */
export const providerRow = (id: string): ((typeof PROVIDERS)[number] & ProviderRow) | undefined =>
  PROVIDERS.find((row) => row.id === id);

/** The cells of a row, in the order in which they are offered. */
export const authenticationsOf = (row: ProviderRow): Array<[Authentication, AuthMethod]> =>
  Object.entries(row.authentications) as Array<[Authentication, AuthMethod]>;

const list = (values: readonly string[]): string => values.join(', ');

/**
 * The cell for what a node's parameters say. They can be expressions, so anything can stand in them.
 *
 * @throws {MailError} INVALID_INPUT, naming what the provider does offer
 */
export function findConnection(provider: string, protocol: string, authentication: string): Connection {
  const row = providerRow(provider);
  if (!row) {
    throw invalidInput(
      'Provider',
      `"${provider}" is not known`,
      `Use one of: ${list(PROVIDERS.map(({ id }) => id))}.`,
    );
  }
  const offeredProtocol = row.protocols.find((id) => id === protocol);
  if (!offeredProtocol) {
    throw invalidInput(
      'Protocol',
      `${row.name} does not offer "${protocol}"`,
      `Use one of: ${list(row.protocols)}.`,
    );
  }
  const cells = authenticationsOf(row);
  const [mode, cell] = cells.find(([id]) => id === authentication) ?? [];
  if (!mode || !cell) {
    const reason = new Map(Object.entries(row.refused ?? {})).get(authentication);
    throw invalidInput(
      'Authentication',
      `${row.name} does not offer "${authentication}"`,
      `${reason ? `${reason} ` : ''}${row.name} offers: ${list(cells.map(([id]) => id))}.`,
    );
  }
  return {
    provider: row.id,
    protocol: offeredProtocol,
    authentication: mode,
    credentialType: cell.credentialType as CredentialType,
  };
}
