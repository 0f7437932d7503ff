import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate, type ServerCertificate } from './authority';
import { registeredApps, type Apps } from './identity/clients';
import { createProvider } from './identity/provider';
import { router } from './identity/router';
import {
  JWT_BEARER,
  answerAssertion,
  serviceAccount,
  type ServiceAccountKey,
} from './identity/service-account';
import { Store } from './identity/store';
import { TokenEndpoint, type TokenRequest } from './identity/token-endpoint';
import { listen } from './ports';

export { UNAVAILABLE, entraError, googleError, type TokenAnswer } from './identity/answers';
export { APP_SCOPES, GOOGLE_MAIL_SCOPE } from './identity/scopes';

export interface IdentityOptions {
  /** To share one authority with other servers. */
  certificate?: ServerCertificate;
  /** Beside localhost's /callback, /Callback, / and n8n's own callback, all on any port. */
  redirectUris?: readonly string[];
  /** Who signs in and allows everything without a page; without it a browser gets forms. */
  autoLogin?: string;
  /** Seconds; default an hour. */
  accessTokenTtl?: number;
  /** The shared mailbox that a user may open beside their own. */
  delegates?: Readonly<Record<string, string>>;
  /** Users for whom the service account may act. */
  delegated?: readonly string[];
}

/** What a mail server needs to ask about a token (RFC 7662). */
export interface Introspection {
  /** With the mail server's own name and secret in it. */
  introspectionUrl: string;
  ca: string;
}

export interface Identity {
  /** `https://localhost:<port>` */
  issuer: string;
  port: number;
  ca: string;
  certificate: ServerCertificate;
  apps: Apps;
  serviceAccount: ServiceAccountKey;
  /** Users for whom the service account may act: add and delete as an administrator would. */
  delegated: Set<string>;
  /** What the token endpoint was asked, in order. */
  tokenRequests: readonly TokenRequest[];
  /** Every access and refresh token there has been, to look for where none may be. */
  issued: readonly string[];
  /** Codes given out: how often users went through the authorization endpoint. */
  readonly authorizations: number;
  /** Seconds that access tokens issued from now on live. */
  accessTokenTtl: number;
  autoLogin: string | undefined;
  failNext: TokenEndpoint['failNext'];
  stall: TokenEndpoint['stall'];
  resume: TokenEndpoint['resume'];
  /** Of a user or an app's client id, or all of them. Refresh tokens stay good. */
  revokeAccessTokens(owner?: string): void;
  /** Refresh tokens are no longer taken: `invalid_grant`. Access tokens live on until they expire. */
  revokeGrants(owner?: string): void;
  introspection: Introspection;
  stop(): Promise<void>;
}

/** A certified OpenID provider on loopback, over https, in the place of Entra or Google. */
export async function startIdentity(options: IdentityOptions = {}): Promise<Identity> {
  const { delegates = {}, redirectUris } = options;
  const dir = mkdtempSync(join(tmpdir(), 'identity-'));
  const certificate = options.certificate ?? issueCertificate(dir);
  const tls = { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) };
  const server = createServer(tls);
  const port = await listen(server);
  const issuer = `https://localhost:${port}`;
  const [apps, account] = await Promise.all([registeredApps(), serviceAccount(issuer)]);
  const store = new Store();
  const tokens = new TokenEndpoint();
  const delegated = new Set(options.delegated);
  const state = {
    accessTokenTtl: options.accessTokenTtl ?? 3600,
    autoLogin: options.autoLogin,
    authorizations: 0,
  };
  const accessTokenTtl = () => state.accessTokenTtl;
  const tenantDomain = 'example.test';
  const provider = await createProvider({
    ...{ issuer, apps, store, redirectUris, accessTokenTtl, delegates, tenantDomain },
  });
  provider.on('authorization_code.saved', () => {
    state.authorizations += 1;
  });
  const handle = router({
    provider,
    tokens,
    autoLogin: () => state.autoLogin,
    ownGrant: async (form) =>
      form.get('grant_type') === JWT_BEARER
        ? answerAssertion(provider, account, form.get('assertion') ?? '', delegated)
        : undefined,
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  const { id, secret } = apps.introspector;
  return Object.assign(state, {
    ...{ issuer, port, ca: certificate.ca, certificate, apps, delegated },
    serviceAccount: account.key,
    tokenRequests: tokens.requests,
    issued: store.issued,
    failNext: tokens.failNext,
    stall: tokens.stall,
    resume: tokens.resume,
    revokeAccessTokens: (owner?: string) => store.revoke(['AccessToken', 'ClientCredentials'], owner),
    revokeGrants: (owner?: string) => store.revoke(['RefreshToken', 'AuthorizationCode'], owner),
    introspection: {
      introspectionUrl: `https://${id}:${secret}@localhost:${port}/token/introspection`,
      ca: certificate.ca,
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      rmSync(dir, { recursive: true, force: true });
    },
  });
}
