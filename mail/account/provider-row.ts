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

/** The servers of a provider: one for each mail server protocol that it speaks, and the one that mail is sent through. */
export type Endpoints = Readonly<Partial<Record<MailServerProtocol | 'submission', Endpoint>>>;

/** One of the places that a provider keeps its mailboxes in. */
export interface Cloud {
  readonly name: string;
  readonly endpoints: Endpoints;
}

/** A password that the provider makes for one app. */
export interface AppPassword {
  /** What the provider's page shows, with the separators between its groups. */
  readonly shownAs: RegExp;
  /** The separators, where they are no part of the password. */
  readonly separators?: RegExp;
}

export interface AuthMethod {
  readonly credentialType: string;
  /** Shown in place of the authentication's general name. */
  readonly name?: string;
  /** Shown below the choice. */
  readonly notice?: string;
  /** Whether the provider lets hardly anybody in with it any more. */
  readonly retired?: boolean;
  /** Where the credential takes one. */
  readonly appPassword?: AppPassword;
  /** What to do about a password that is not taken, such as where an app password is created. */
  readonly passwordAdvice?: string;
}

export interface ProviderRow {
  readonly id: string;
  readonly name: string;
  readonly protocols: readonly Protocol[];
  /** Shown below the choice of a protocol. */
  readonly protocolNotices?: Readonly<Partial<Record<Protocol, string>>>;
  /** Where the provider listens. Without it, and without `clouds`, the credential says so. */
  readonly endpoints?: Endpoints;
  /** In place of `endpoints`, where it depends on the account. "global" is the default. */
  readonly clouds?: Readonly<Record<string, Cloud>> & { readonly global: Cloud };
  /** Whether the provider itself puts what it is sent over SMTP into the folder for sent mail. */
  readonly savesSentCopy?: boolean;
  /** Whether one credential opens more mailboxes than one. */
  readonly sharedMailboxes?: readonly Authentication[];
  /** The first is the default. */
  readonly authentications: Readonly<Partial<Record<Authentication, AuthMethod>>>;
  /** Why an authentication that people look for is not offered, and what to use in its place. */
  readonly refused?: Readonly<Partial<Record<Authentication, string>>>;
}
