import type { Security } from '../net/server-settings';

export const PROTOCOLS = {
  imap: { name: 'IMAP' },
  pop3: { name: 'POP3' },
  ews: { name: 'EWS' },
  graph: { name: 'Microsoft Graph' },
} as const;

/** Each with its name, and when to take it. */
export const AUTHENTICATIONS = {
  basic: {
    name: 'Basic (User and Password)',
    when: 'For an account with a user and a password. They are sent to the server when n8n logs in.',
  },
  clientCredentials: {
    name: 'Client Credentials (App Only)',
    when: 'For many mailboxes, or for one that nobody signs in to: an administrator allows it once',
  },
  ntlm: {
    name: 'NTLM',
    when: 'For most Exchange Servers: the password itself is not sent',
  },
  oAuth2: {
    name: 'OAuth2 (Sign In as User)',
    when: 'For your own mailbox: you sign in once in the browser, and n8n stays connected',
  },
  pkce: {
    name: 'Authorization Code with PKCE',
    when: 'Like OAuth2, for an app registration without a client secret',
  },
  serviceAccount: {
    name: 'Service Account',
    when: 'For the mailboxes of a Google Workspace: an administrator allows it once, and nobody signs in',
  },
} as const satisfies Readonly<Record<string, { name: string; when: string }>>;

/** The name of a password that the provider makes for one app, and when to take it. */
export const APP_PASSWORD = {
  name: 'App Password',
  when: 'The easiest: you make a password for n8n in the settings of the account',
  easiest: true,
} as const;

export type Protocol = keyof typeof PROTOCOLS;
export type Authentication = keyof typeof AUTHENTICATIONS;

/** The protocols whose server is a host and a port. */
export type MailServerProtocol = Exclude<Protocol, 'ews' | 'graph'>;

/** The address of a provider's server. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
}

/** A provider's servers: one for each mail server protocol, and one for sending. */
export type Endpoints = Readonly<Partial<Record<MailServerProtocol | 'submission', Endpoint>>>;

/** One of the locations where a provider stores its mailboxes. */
export interface Cloud {
  readonly name: string;
  readonly endpoints: Endpoints;
}

/** A password that the provider generates for one app. */
export interface AppPassword {
  /** What the provider's page shows, with the separators between its groups. */
  readonly shownAs: RegExp;
  /** The separators, if they are not part of the password. */
  readonly separators?: RegExp;
}

export interface AuthMethod {
  readonly credentialType: string;
  /** Shown instead of the authentication's general name. */
  readonly name?: string;
  /** The same for when to take it. */
  readonly when?: string;
  /** Whether most people can use it at once, without an app that somebody has to register first. */
  readonly easiest?: boolean;
  /** Shown below the choice. */
  readonly notice?: string;
  /** Whether the provider has almost completely switched it off. */
  readonly retired?: boolean;
  /** Present if the credential takes an app password. */
  readonly appPassword?: AppPassword;
  /** What to do about a refused password, such as where to create an app password. */
  readonly passwordAdvice?: string;
}

export interface ProviderRow {
  readonly id: string;
  readonly name: string;
  readonly protocols: readonly Protocol[];
  /** Shown below the choice of a protocol. */
  readonly protocolNotices?: Readonly<Partial<Record<Protocol, string>>>;
  /** The provider's servers. Without it and `clouds`, the credential contains the server. */
  readonly endpoints?: Endpoints;
  /** Replaces `endpoints` if they depend on the account. "global" is the default. */
  readonly clouds?: Readonly<Record<string, Cloud>> & { readonly global: Cloud };
  /** Whether the provider itself saves mail sent over SMTP in the folder for sent mail. */
  readonly savesSentCopy?: boolean;
  /** The authentications with which one credential can open several mailboxes. */
  readonly sharedMailboxes?: readonly Authentication[];
  /** In display order. The default is the easiest, or else the first. */
  readonly authentications: Readonly<Partial<Record<Authentication, AuthMethod>>>;
  /** Why an authentication that people look for is not offered, and what to use instead. */
  readonly refused?: Readonly<Partial<Record<Authentication, string>>>;
}
