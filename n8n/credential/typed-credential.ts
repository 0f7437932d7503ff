import type { MicrosoftCloud } from '../../mail/account/microsoft-clouds';
import type { Endpoints, MailServerProtocol } from '../../mail/account/providers';
import type { Authenticator } from '../../mail/auth/authenticator';
import type { ServerSettings } from '../../mail/net/server-settings';

/**
 * What a credential of this package says. `readCredential` reads n8n's untyped one into this, once. Only what decides
 * its type is checked there; what a session needs of it is checked where that is made (`sessionSettings`).
 */
export interface TypedCredential {
  /** As its owner named it in n8n; for errors. */
  name: string;
  /** Of the login: a user's name, or the address of the mailbox. */
  user: string;
  hosting: Hosting;
  login: CredentialLogin;
}

/** Where the servers are. */
export type Hosting = ProviderHosting | MicrosoftHosting | ExchangeHosting | CustomHosting;

/** Where the connection matrix says. */
interface ProviderHosting {
  at: 'provider';
  /** In the cloud that the credential names. */
  endpoints: Endpoints;
}

export interface MicrosoftHosting extends Omit<ProviderHosting, 'at'> {
  at: 'microsoft';
  cloud: MicrosoftCloud;
}

/** An on-premises Exchange Server: at a URL, or found from an email address. */
export interface ExchangeHosting {
  at: 'exchange';
  location: ExchangeLocation;
  /** The mailbox to open; empty for the user's own. */
  mailbox: string;
  /** Of a user who logs in by NTLM; empty where the user's name has it. */
  domain: string;
  trust: Pick<ServerSettings, 'caCertificate' | 'ignoreCertificate'>;
}

export type ExchangeLocation = { url: URL } | { address: string; domain: string };

/** A private server or cloud, as the user entered it. */
export interface CustomHosting {
  at: 'custom';
  servers: Readonly<Record<MailServerProtocol | 'submission', TypedServer>>;
  /** How mail is handed to the server that it is sent through. */
  sending: { withoutLogin: boolean; clientName: string };
  ewsUrl: string;
  graphUrl: string;
  network: Omit<ServerSettings, keyof TypedServer | 'outbound'>;
}

export type TypedServer = Pick<ServerSettings, 'host' | 'port' | 'security'>;

/** What proves who logs in, as it was typed. */
export type CredentialLogin = PasswordLogin | AppLogin | ServiceAccountLogin | TokenOfN8n;

interface PasswordLogin {
  mode: 'password';
  password: string;
}

/** An app of Microsoft's that signs in for itself. */
export interface AppLogin {
  mode: 'app';
  clientId: string;
  secret: { clientSecret: string } | { certificate: string; privateKey: string };
  issuer: { cloud: MicrosoftCloud; tenant: string } | { authority: string; scope: string };
}

export interface ServiceAccountLogin {
  mode: 'serviceAccount';
  email: string;
  privateKey: string;
  /** Absent for Google's own. */
  tokenUrl?: string;
}

/** n8n keeps the token, and refreshes it. */
export interface TokenOfN8n {
  mode: 'managed';
  /** What the token opens, where Microsoft gives one for one thing only; absent where it is whatever its scope says. */
  access?: string;
  authenticatorFor: (account: string) => Authenticator;
}
