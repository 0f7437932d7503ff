import { randomBytes } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider' with { 'resolution-mode': 'import' };
import { appCertificate, publicJwk } from './keys';
import { APP_SCOPES } from './scopes';

/** Any port of localhost fits: the port of a loopback address is not compared (RFC 8252 section 7.3). */
const REDIRECT_URIS = [
  'http://localhost',
  'http://localhost/',
  'http://localhost/callback',
  'http://localhost/Callback',
  'http://localhost/rest/oauth2-credential/callback',
];

const USER_GRANTS = {
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
} as const satisfies Partial<ClientMetadata>;

const APP_GRANTS = {
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  scope: APP_SCOPES.join(' '),
} as const satisfies Partial<ClientMetadata>;

const NO_GRANTS = { grant_types: [], redirect_uris: [], response_types: [] };

/** Google's name for the service account; it signs for its tokens, so it has no grant of OAuth's own. */
export const SERVICE_ACCOUNT_ID = '100000000000000000001';

const newSecret = () => randomBytes(24).toString('base64url');

/** The apps that are registered at the provider, with what they prove themselves with. */
export async function registeredApps() {
  const { certificate, privateKey } = await appCertificate();
  return {
    /** Client credentials with a secret. */
    secretApp: { id: '5ec2e7a0-0000-4000-8000-000000000001', secret: newSecret() },
    /** Client credentials with a certificate (private_key_jwt, RFC 7523): both as PEM. */
    certificateApp: { id: 'ce271f1c-0000-4000-8000-000000000002', certificate, privateKey },
    /** A public client: users sign in with PKCE, there is no secret. */
    publicApp: { id: '9b11c000-0000-4000-8000-000000000003' },
    /** A confidential client that users sign in to; the secret goes into the body or the header. */
    webApp: { id: '3eb00000-0000-4000-8000-000000000004', secret: newSecret() },
    /** What the mail server asks the provider with. */
    introspector: { id: 'mail-server', secret: newSecret() },
  };
}

export type Apps = Awaited<ReturnType<typeof registeredApps>>;

export function clientMetadata(apps: Apps, redirectUris: readonly string[] = []): ClientMetadata[] {
  const redirect_uris = [...REDIRECT_URIS, ...redirectUris];
  const jwk = publicJwk(apps.certificateApp.certificate);
  return [
    {
      ...APP_GRANTS,
      client_id: apps.secretApp.id,
      client_secret: apps.secretApp.secret,
      token_endpoint_auth_method: 'client_secret_post',
    },
    {
      ...APP_GRANTS,
      client_id: apps.certificateApp.id,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...jwk, use: 'sig' }] },
    },
    {
      ...USER_GRANTS,
      client_id: apps.publicApp.id,
      redirect_uris,
      token_endpoint_auth_method: 'none',
    },
    {
      ...USER_GRANTS,
      client_id: apps.webApp.id,
      client_secret: apps.webApp.secret,
      redirect_uris,
      token_endpoint_auth_method: 'client_secret_post',
    },
    { ...NO_GRANTS, client_id: SERVICE_ACCOUNT_ID, token_endpoint_auth_method: 'none' },
    { ...NO_GRANTS, client_id: apps.introspector.id, client_secret: apps.introspector.secret },
  ] as ClientMetadata[];
}
