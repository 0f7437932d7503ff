import type { MicrosoftCloud } from '../../mail/account/microsoft-clouds';
import type { Endpoints, MailServerProtocol } from '../../mail/account/providers';
import type { Authenticator } from '../../mail/auth/authenticator';
import type { ServerSettings } from '../../mail/net/server-settings';

/**
 * The data of a credential of this package. `readCredential` makes it from n8n's untyped data, once, and checks only what
 * decides its type. `sessionSettings` checks the rest.
 */
export interface TypedCredential {
  /** The name that its owner gave it in n8n; for errors. */
  name: string;
  /** For the login: a user name, or the address of the mailbox. */
  user: string;
  hosting: Hosting;
  login: CredentialLogin;
}

/** Where the servers are. */
export type Hosting = ProviderHosting | MicrosoftHosting | ExchangeHosting | CustomHosting;

/** As the connection matrix says. */
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
  /** The domain of a user who logs in by NTLM; empty if the user name contains it. */
  domain: string;
  trust: Pick<ServerSettings, 'caCertificate' | 'ignoreCertificate'>;
}

export type ExchangeLocation = { url: URL } | { address: string; domain: string };

/** A private server or cloud, as the user entered it. */
export interface CustomHosting {
  at: 'custom';
  servers: Readonly<Record<MailServerProtocol | 'submission', TypedServer>>;
  /** How to connect to the server for sending. */
  sending: { withoutLogin: boolean; clientName: string };
  ewsUrl: string;
  graphUrl: string;
  network: Omit<ServerSettings, keyof TypedServer | 'outbound'>;
}

export type TypedServer = Pick<ServerSettings, 'host' | 'port' | 'security'>;

/** The proof of identity, as it was typed. */
export type CredentialLogin = PasswordLogin | AppLogin | ServiceAccountLogin | TokenOfN8n;

interface PasswordLogin {
  mode: 'password';
  password: string;
  /** The credential then asks for an address and an app password, not for a user and a password. */
  isAppPassword: boolean;
}

/** A Microsoft app that signs in as itself. */
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
  /** Absent for Google's URL. */
  tokenUrl?: string;
}

/** n8n keeps the token, and refreshes it. */
export interface TokenOfN8n {
  mode: 'managed';
  /** What a Microsoft token gives access to, which is always one thing only; absent if only its scope says that. */
  access?: string;
  authenticatorFor: (account: string) => Authenticator;
}
