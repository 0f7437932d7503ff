import { verify, type KeyObject } from 'node:crypto';
import type { Provider } from 'oidc-provider' with { 'resolution-mode': 'import' };
import { SERVICE_ACCOUNT_ID } from './clients';
import { rsaKeyPair } from './keys';
import { GOOGLE_MAIL_SCOPE } from './scopes';
import type { TokenAnswer } from './answers';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const HOUR = 3600;

/** What Google's console lets an administrator download. */
export interface ServiceAccountKey {
  type: 'service_account';
  project_id: string;
  private_key_id: string;
  private_key: string;
  client_email: string;
  client_id: string;
  token_uri: string;
}

interface Claims {
  iss?: string;
  sub?: string;
  aud?: string;
  scope?: string;
  iat?: number;
  exp?: number;
}

export interface ServiceAccount {
  key: ServiceAccountKey;
  publicKey: KeyObject;
}

export async function serviceAccount(issuer: string): Promise<ServiceAccount> {
  const { privateKey, publicKey } = await rsaKeyPair();
  return {
    publicKey,
    key: {
      type: 'service_account',
      project_id: 'email-session',
      private_key_id: '5e4f1ce0',
      private_key: privateKey,
      client_email: 'robot@email-session.iam.gserviceaccount.test',
      client_id: SERVICE_ACCOUNT_ID,
      token_uri: `${issuer}/oauth2/token`,
    },
  };
}

const refuse = (status: number, error: string, error_description: string): TokenAnswer => ({
  status,
  body: { error, error_description },
});

/**
 * Google's grant for service accounts (RFC 7523 section 2.1), which it takes without authentication of the
 * client, and its refusals word for word.
 *
 * @param delegated the users that the domain's administrator lets it act for
 */
export async function answerAssertion(
  provider: Provider,
  { key, publicKey }: ServiceAccount,
  assertion: string,
  delegated: ReadonlySet<string>,
): Promise<TokenAnswer> {
  const [header = '', payload = '', signature = ''] = assertion.split('.');
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))) {
    return refuse(400, 'invalid_grant', 'Invalid JWT Signature.');
  }
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
  const { iss, sub, aud = '', scope = '', iat = 0, exp = 0 } = claims;
  const now = Date.now() / 1000;
  if (iss !== key.client_email) {
    return refuse(400, 'invalid_grant', 'Invalid grant: account not found');
  }
  // Google's library signs for Google's address, wherever it sends the assertion.
  if (!aud.startsWith(provider.issuer) && aud !== 'https://oauth2.googleapis.com/token') {
    return refuse(400, 'invalid_grant', 'Invalid JWT: Failed audience check.');
  }
  if (exp < now || iat > now + HOUR || exp > iat + HOUR) {
    const rule = 'Token must be a short-lived token (60 minutes) and in a reasonable timeframe.';
    return refuse(
      400,
      'invalid_grant',
      `Invalid JWT: ${rule} Check your iat and exp values in the JWT claim.`,
    );
  }
  if (!scope.split(' ').includes(GOOGLE_MAIL_SCOPE) || (sub && !delegated.has(sub))) {
    const rule = 'Client is unauthorized to retrieve access tokens using this method';
    const scopes = 'or client not authorized for any of the scopes requested.';
    return refuse(401, 'unauthorized_client', `${rule}, ${scopes}`);
  }
  const accountId = sub ?? iss;
  const client = await provider.Client.find(key.client_id);
  if (!client) throw new Error('The service account is not registered');
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const token = new provider.AccessToken({ accountId, scope, client, grantId, gty: JWT_BEARER });
  const access_token = await token.save();
  return { status: 200, body: { access_token, expires_in: token.expiration, token_type: 'Bearer', scope } };
}
