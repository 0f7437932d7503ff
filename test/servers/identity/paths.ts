const ENTRA = /^\/[^/]+\/oauth2\/v2\.0\/(authorize|token)$/;
const ENTRA_DISCOVERY = /^\/([^/]+)(\/v2\.0)?\/\.well-known\/openid-configuration$/;
const GOOGLE: Record<string, string> = { '/o/oauth2/v2/auth': '/auth', '/oauth2/token': '/token' };

/** The provider's own path for one of Microsoft's or Google's. Every tenant is the same one here. */
export function ownPath(path: string): string {
  const entra = ENTRA.exec(path)?.[1];
  if (entra) return entra === 'token' ? '/token' : '/auth';
  return GOOGLE[path] ?? path;
}

/** What a tenant's discovery document says at Microsoft; undefined for any other path. */
export function tenantDiscovery(origin: string, path: string): object | undefined {
  const tenant = ENTRA_DISCOVERY.exec(path)?.[1];
  if (!tenant) return undefined;
  return {
    issuer: `${origin}/${tenant}/v2.0`,
    authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${origin}/jwks`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['ES256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  };
}

/**
 * Microsoft gives a refresh token to whoever asks for `offline_access`, Google for `access_type=offline`; the
 * provider, by OpenID Connect's letter, for `offline_access` with `prompt=consent` only.
 */
export function asksForRefreshToken(query: URLSearchParams): URLSearchParams {
  const scope = new Set((query.get('scope') ?? '').split(' '));
  const prompt = new Set((query.get('prompt') ?? '').split(' ').filter(Boolean));
  const google = query.get('access_type') === 'offline';
  if (google) scope.add('offline_access');
  else if (scope.has('offline_access') && !prompt.has('none')) prompt.add('consent');
  query.set('scope', [...scope].join(' '));
  if (prompt.size) query.set('prompt', [...prompt].join(' '));
  return query;
}
