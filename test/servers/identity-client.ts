import { createHash, randomBytes } from 'node:crypto';
import { followSignIn, postForm, type Forms } from './browser';
import type { Identity } from './identity';
import { GOOGLE_MAIL_SCOPE } from './identity/scopes';

/** What the token endpoint answers (RFC 6749 section 5). */
export interface Tokens {
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  expires_in: number;
  scope: string;
  error?: string;
  error_description?: string;
}

export interface App {
  id: string;
  secret?: string;
}

/** Asks as an app does that nobody has written yet: no code is shared with what is tested. */
export async function askForTokens(identity: Identity, form: Forms, path = '/token'): Promise<Tokens> {
  const { body } = await postForm(identity.issuer + path, identity.ca, form);
  return JSON.parse(body) as Tokens;
}

const login = ({ id, secret }: App): Forms => ({ client_id: id, ...(secret && { client_secret: secret }) });

/** An app's own token, by its secret. */
export const appToken = (
  identity: Identity,
  scope = 'https://outlook.office365.com/.default',
): Promise<Tokens> =>
  askForTokens(identity, { grant_type: 'client_credentials', ...login(identity.apps.secretApp), scope });

/** New tokens for a refresh token. */
export const refreshed = (
  identity: Identity,
  refreshToken = '',
  app: App = identity.apps.publicApp,
): Promise<Tokens> =>
  askForTokens(identity, { grant_type: 'refresh_token', ...login(app), refresh_token: refreshToken });

export interface SignIn {
  /** Default `openid email offline_access https://mail.google.com/`. */
  scope?: string;
  /** Default: the public app, which has no secret. */
  app?: App;
}

const REDIRECT_URI = 'http://localhost:9999/callback';

/** The tokens of a user who signs in on the provider's pages, with PKCE: `account` is taken at its word. */
export async function userTokens(
  identity: Identity,
  account: string,
  { scope = `openid email offline_access ${GOOGLE_MAIL_SCOPE}`, app = identity.apps.publicApp }: SignIn = {},
): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: app.id,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const pages = { email: account, decision: 'allow' };
  const landed = await followSignIn(`${identity.issuer}/auth?${query}`, identity.ca, pages);
  return askForTokens(identity, {
    grant_type: 'authorization_code',
    ...login(app),
    code: new URL(landed).searchParams.get('code') ?? '',
    code_verifier: verifier,
    redirect_uri: REDIRECT_URI,
  });
}
