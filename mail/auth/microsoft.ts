import type { Configuration, INetworkModule, NetworkResponse } from '@azure/msal-node';

import { MailError, invalidInput } from '../errors';
import { fingerprint } from '../fingerprint';
import { httpsUrl } from '../net/https-url';
import type { TlsPolicy } from '../net/tls-policy';
import { assertionKey, type AssertionKey } from './assertion-key';
import { discover } from './discovery';
import { describeOAuthError } from './oauth-errors';
import { requestToken, type RequestContext } from './token-endpoint';
import type { Token, TokenSource } from './token-source';

export interface ClientCredentialsSettings {
  /** The user's name for the credential; for errors. */
  credentialName: string;
  clientId: string;
  /** URL of the tenant at the identity provider. */
  authority: string;
  /** Whether the authority is not one of Microsoft's clouds. Then OpenID Connect Discovery provides its endpoints. */
  customAuthority?: boolean;
  /** The resource, followed by `/.default`. */
  scope: string;
  /** Certificate and key are PEM. */
  secret: { clientSecret: string } | { certificate: string; privateKey: string };
  trust?: TlsPolicy;
}

/** The app's proof of identity, in MSAL's terms. */
type Proof = { clientSecret: string } | { clientCertificate: AssertionKey };

/** Names that stand for more than one directory. */
const NO_DIRECTORY = ['common', 'organizations', 'consumers'];

/**
 * Tokens for an app without a signed-in user (client credentials, RFC 6749 section 4.4), requested with MSAL.
 *
 * @throws {MailError} INVALID_INPUT for an unusable certificate, key or authority
 */
export function microsoftClientCredentials(settings: ClientCredentialsSettings): TokenSource {
  const { clientId, authority, customAuthority = false, scope, secret, trust = {} } = settings;
  assertAuthority(authority, customAuthority);
  const proof: Proof =
    'clientSecret' in secret
      ? { clientSecret: secret.clientSecret }
      : { clientCertificate: assertionKey(secret.certificate, secret.privateKey) };
  const { caCertificate, ignoreCertificate, clientCertificate } = trust;
  const reachedBy = [caCertificate, ignoreCertificate, clientCertificate];
  return {
    fingerprint: fingerprint('microsoft', clientId, authority, customAuthority, scope, proof, reachedBy),
    fetch: async (signal) => await fetchToken(settings, proof, { signal, trust }),
  };
}

function assertAuthority(authority: string, custom: boolean): void {
  const url = httpsUrl(custom ? 'Custom Authority' : 'Tenant', authority);
  if (custom || !NO_DIRECTORY.includes(url.pathname.slice(1).toLowerCase())) return;
  throw invalidInput(
    'Tenant',
    `"${url.pathname.slice(1)}" is not one directory`,
    'Enter the ID or a domain of the directory: it cannot be found from a user, because no user signs in.',
  );
}

async function fetchToken(
  settings: ClientCredentialsSettings,
  proof: Proof,
  reach: RequestContext,
): Promise<Token> {
  // Loaded only when a token is needed: it takes 15 MB.
  const { ConfidentialClientApplication, ProtocolMode } = await import('@azure/msal-node');
  const { clientId, authority, scope } = settings;
  const network = new Network(settings, proof, reach);
  const custom = settings.customAuthority && {
    knownAuthorities: [new URL(authority).host],
    // Otherwise MSAL would request it with the authority in lower case.
    authorityMetadata: await discover(authority, reach),
  };
  const configuration: Configuration = {
    auth: { clientId, authority, ...proof, ...custom },
    system: { networkClient: network, ...(custom && { protocolMode: ProtocolMode.OIDC }) },
  };
  try {
    // A new app each time, without MSAL's cache: all tokens of the process are kept in one cache.
    const app = new ConfidentialClientApplication(configuration);
    const result = await app.acquireTokenByClientCredential({ scopes: scope.split(/\s+/), skipCache: true });
    if (result?.expiresOn) return { accessToken: result.accessToken, expiresAt: result.expiresOn.getTime() };
  } catch (error) {
    throw network.failure ?? unusable(settings, (error as { errorCode?: string }).errorCode);
  }
  throw unusable(settings);
}

/** Sends MSAL's requests with our own code, timeout, trust settings and outbound policy. */
class Network implements INetworkModule {
  /** Kept here, because MSAL replaces every thrown error with its own. */
  failure: MailError | undefined;

  readonly #refusal;
  readonly #reach: RequestContext;

  constructor({ credentialName }: ClientCredentialsSettings, proof: Proof, reach: RequestContext) {
    const secrets = 'clientSecret' in proof ? [proof.clientSecret] : [];
    this.#refusal = (answer: object) =>
      describeOAuthError(answer, credentialName, { secrets, appOnly: true });
    this.#reach = reach;
  }

  /** Never needed: MSAL has the metadata of Microsoft's clouds built in, and gets that of others from us. */
  async sendGetRequestAsync<T>(): Promise<NetworkResponse<T>> {
    throw new Error('no discovery by MSAL');
  }

  async sendPostRequestAsync<T>(url: string, { body = '' } = {}): Promise<NetworkResponse<T>> {
    try {
      const answer = await requestToken(url, body, this.#reach, this.#refusal);
      return { ...answer, body: answer.body as T };
    } catch (error) {
      this.failure = error as MailError;
      throw error;
    }
  }
}

/** MSAL rejected the credential's settings without sending a request. */
const unusable = ({ credentialName }: ClientCredentialsSettings, errorCode = 'no token') =>
  new MailError(
    'TOKEN_REFUSED',
    `The credential "${credentialName}" cannot be used to get a token (${errorCode})`,
    'Check the tenant or authority, the client ID and the scope in the credential.',
  );
