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
  /** The first is the default. */
  readonly authentications: Readonly<Partial<Record<Authentication, AuthMethod>>>;
  /** Why an authentication that people look for is not offered, and what to use instead. */
  readonly refused?: Readonly<Partial<Record<Authentication, string>>>;
}
