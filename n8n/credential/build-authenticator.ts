import { ACCESS_FOR, MICROSOFT_ACCESS, appScope } from '../../mail/account/microsoft-access';
import { PROTOCOLS, type Protocol } from '../../mail/account/providers';
import type { Authenticator } from '../../mail/auth/authenticator';
import { BasicAuthenticator } from '../../mail/auth/basic';
import { assertMailbox } from '../../mail/auth/mailbox';
import { googleServiceAccount } from '../../mail/auth/google';
import { GOOGLE } from '../../mail/auth/google-endpoints';
import { microsoftClientCredentials } from '../../mail/auth/microsoft';
import { TokenAuthenticator } from '../../mail/auth/token-authenticator';
import type { TokenSource } from '../../mail/auth/token-source';
import { invalidInput } from '../../mail/errors';
import type { TlsPolicy } from '../../mail/net/tls-policy';
import type { AppLogin, TypedCredential, ServiceAccountLogin } from './typed-credential';

/** What a login is for. */
export interface LoginUse {
  /** The user who logs in, or the mailbox to open with the token. */
  account: string;
  /** The protocol that the token is for. */
  protocol: Protocol;
  /** Of the identity provider. */
  trust: TlsPolicy;
}

/** @throws {MailError} INVALID_INPUT naming the field of the credential */
export function authenticatorOf({ name, login }: TypedCredential, use: LoginUse): Authenticator {
  const { account, protocol } = use;
  switch (login.mode) {
    case 'password':
      if (login.isAppPassword) {
        assertMailbox(account);
        required('App Password', login.password);
      }
      return new BasicAuthenticator(account, login.password);
    case 'app':
      return new TokenAuthenticator(account, appTokens(login, name, use));
    case 'serviceAccount':
      return new TokenAuthenticator(account, serviceAccountTokens(login, name, use));
    case 'managed':
      assertAccess(protocol, login.access, name);
      return login.authenticatorFor(account);
  }
}

function appTokens({ clientId, secret, issuer }: AppLogin, name: string, use: LoginUse): TokenSource {
  const app = { credentialName: name, clientId: required('Client ID', clientId), trust: use.trust };
  const place =
    'cloud' in issuer
      ? {
          authority: `${issuer.cloud.login}/${encodeURIComponent(required('Tenant', issuer.tenant))}`,
          scope: appScope(issuer.cloud, use.protocol),
        }
      : {
          authority: required('Custom Authority', issuer.authority),
          scope: required('Custom Scope', issuer.scope),
        };
  return microsoftClientCredentials({
    ...{ ...app, ...place, customAuthority: !('cloud' in issuer) },
    secret:
      'certificate' in secret
        ? {
            certificate: required('Certificate', secret.certificate),
            privateKey: required('Private Key', secret.privateKey),
          }
        : { clientSecret: required('Client Secret', secret.clientSecret) },
  });
}

const serviceAccountTokens = (
  { email, privateKey, tokenUrl }: ServiceAccountLogin,
  credentialName: string,
  { account, trust }: LoginUse,
): TokenSource =>
  googleServiceAccount({
    ...{ credentialName, subject: account, scope: GOOGLE.scope, trust },
    email: required('Service Account Email', email),
    privateKey: required('Private Key', privateKey),
    tokenUrl: tokenUrl === undefined ? undefined : required('Custom Access Token URL', tokenUrl),
  });

/**
 * A Microsoft token is for mail servers, for EWS or for Graph, and only one of them.
 *
 * @param access what it is for; undefined if only its scope says that
 */
function assertAccess(protocol: Protocol, access: string | undefined, name: string): void {
  const needed = ACCESS_FOR[protocol];
  if (access === undefined || access === needed) return;
  throw invalidInput(
    'Protocol',
    `the credential "${name}" does not allow ${PROTOCOLS[protocol].name}`,
    `Set "Access" in the credential to "${MICROSOFT_ACCESS[needed].name}" and connect the account again, or choose another protocol.`,
  );
}

function required(label: string, value: string): string {
  if (!value) throw invalidInput(label, 'it is empty', `Fill "${label}" in the credential.`);
  return value;
}
