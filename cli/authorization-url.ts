import type { SignInOptions } from './options';
import type { Endpoints } from './providers';

export interface AuthorizationRequest {
  redirectUri: string;
  state: string;
  codeChallenge: string;
}

/** Where the user signs in (RFC 6749 section 4.1.1, RFC 7636 section 4.3). */
export function authorizationUrl(
  { provider, clientId, user }: SignInOptions,
  { authUrl, scope }: Endpoints,
  { redirectUri, state, codeChallenge }: AuthorizationRequest,
): string {
  const url = new URL(authUrl);
  const parameters = {
    ...provider.parameters,
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...(user && { login_hint: user }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
