import type { Configuration, Provider } from 'oidc-provider' with { 'resolution-mode': 'import' };
import { clientMetadata, type Apps } from './clients';
import type { Rewritten } from './body';
import { signingJwk } from './keys';
import { SCOPES, opensMail } from './scopes';
import type { Store } from './store';

const HOUR = 3600;

export interface ProviderOptions {
  issuer: string;
  apps: Apps;
  store: Store;
  redirectUris?: readonly string[];
  /** Seconds that an access token lives, asked for each. */
  accessTokenTtl: () => number;
  /** The shared mailbox that a user may open beside their own. */
  delegates: Readonly<Record<string, string>>;
  /** The domain whose mailboxes apps may open. */
  tenantDomain: string;
}

/** What the mail server compares with the mailbox that is asked for. None has no "-": see dovecot-oauth.ts. */
interface MailClaims {
  username: string;
  shared: string;
  tenant: string;
}

/** The certified OpenID provider, as strict as it comes, with what Microsoft and Google have of their own. */
export async function createProvider(options: ProviderOptions): Promise<Provider> {
  const { Provider, interactionPolicy } = await import('oidc-provider');
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const provider = new Provider(options.issuer, await configuration(options, policy));
  // A certificate's assertion names the address that it is sent to, and each tenant has its own.
  provider.OIDCContext.prototype.clientJwtAuthExpectedAudience = function () {
    const { askedUrl = '' } = (this as unknown as { ctx: { req: Rewritten } }).ctx.req;
    return new Set([options.issuer, options.issuer + askedUrl.split('?')[0]]);
  };
  return provider;
}

async function configuration(
  { apps, store, redirectUris, accessTokenTtl, delegates, tenantDomain }: ProviderOptions,
  policy: NonNullable<Configuration['interactions']>['policy'],
): Promise<Configuration> {
  const mailClaims = (account: string | undefined, scope: string | undefined): MailClaims => ({
    username: (opensMail(scope) && account) || '-',
    shared: (opensMail(scope) && account && delegates[account]) || '-',
    tenant: opensMail(scope) && !account ? `any@${tenantDomain}` : '-',
  });
  return {
    adapter: store.adapter,
    clients: clientMetadata(apps, redirectUris),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    jwks: { keys: [await signingJwk()] },
    cookies: { keys: ['not a secret here'] },
    scopes: SCOPES,
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: id, preferred_username: id, email: id }),
    }),
    conformIdTokenClaims: false,
    extraTokenClaims: (_, token) => ({
      ...mailClaims(token.kind === 'AccessToken' ? token.accountId : undefined, token.scope),
    }),
    features: {
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_, client) => client.clientId === apps.introspector.id,
      },
      devInteractions: { enabled: false },
    },
    interactions: { policy, url: (_, { uid }) => `/interaction/${uid}` },
    pkce: { required: (_, client) => client.clientAuthMethod === 'none' },
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: accessTokenTtl,
      ClientCredentials: accessTokenTtl,
      AuthorizationCode: 60,
      IdToken: HOUR,
      RefreshToken: 24 * HOUR,
      Grant: 24 * HOUR,
      Session: 24 * HOUR,
      Interaction: HOUR,
    },
  };
}
