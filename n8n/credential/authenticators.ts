import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Authenticator } from '../../mail/auth/authenticator';
import { BasicAuthenticator } from '../../mail/auth/basic';
import { googleServiceAccount } from '../../mail/auth/google';
import { microsoftClientCredentials } from '../../mail/auth/microsoft';
import { appScope } from '../../mail/account/microsoft-access';
import { GOOGLE } from '../../mail/auth/google-endpoints';
import { TokenAuthenticator } from '../../mail/auth/token-authenticator';
import { invalidInput } from '../../mail/errors';
import type { TlsPolicy } from '../../mail/net/tls-policy';
import type { Protocol, ProviderId } from '../../mail/account/providers';
import { isCustom, microsoftCloud } from './servers';

/** A credential with what is known around it. */
export interface CredentialUse {
  provider: ProviderId;
  /** That the token is to open. */
  protocol: Protocol;
  credential: ICredentialDataDecryptedObject;
  /** As the user named it; for errors. */
  name: string;
  mailbox: string;
  /** Of the identity provider. */
  trust: TlsPolicy;
}

/** Password or token, without n8n's help. */
export type OwnAuthentication = 'basic' | 'clientCredentials' | 'ntlm' | 'serviceAccount';

/** @throws {MailError} INVALID_INPUT naming the field of the credential */
export const AUTHENTICATORS: Readonly<Record<OwnAuthentication, (use: CredentialUse) => Authenticator>> = {
  basic: ({ provider, credential, mailbox }) => {
    const password = field(credential, 'password');
    return new BasicAuthenticator(
      mailbox,
      OWN_SERVERS.includes(provider) ? password : withoutBlanks(password),
    );
  },

  ntlm: ({ credential, mailbox }) => new BasicAuthenticator(mailbox, field(credential, 'password')),

  clientCredentials: ({ credential, protocol, name, mailbox, trust }) => {
    const own = isCustom(credential);
    const cloud = own ? undefined : microsoftCloud(credential);
    const source = microsoftClientCredentials({
      credentialName: name,
      clientId: required(credential, 'clientId', 'Client ID'),
      authority: cloud
        ? `${cloud.login}/${encodeURIComponent(required(credential, 'tenant', 'Tenant'))}`
        : required(credential, 'customAuthority', 'Custom Authority'),
      customAuthority: own,
      scope: cloud ? appScope(cloud, protocol) : required(credential, 'customScope', 'Custom Scope'),
      secret:
        credential.secretType === 'certificate'
          ? {
              certificate: required(credential, 'certificate', 'Certificate'),
              privateKey: required(credential, 'privateKey', 'Private Key'),
            }
          : { clientSecret: required(credential, 'clientSecret', 'Client Secret') },
      trust,
    });
    return new TokenAuthenticator(mailbox, source);
  },

  serviceAccount: ({ credential, name, mailbox, trust }) => {
    const source = googleServiceAccount({
      credentialName: name,
      email: required(credential, 'serviceAccountEmail', 'Service Account Email'),
      privateKey: required(credential, 'privateKey', 'Private Key'),
      subject: mailbox,
      scope: GOOGLE.scope,
      tokenUrl: isCustom(credential)
        ? required(credential, 'customAccessTokenUrl', 'Custom Access Token URL')
        : undefined,
      trust,
    });
    return new TokenAuthenticator(mailbox, source);
  },
};

/** Where a password may have any form. */
const OWN_SERVERS: readonly ProviderId[] = ['exchange', 'other'];

/** Google and Yahoo show an app password in four groups of four letters; the blanks are no part of it. */
const withoutBlanks = (password: string): string =>
  /^\s*[a-z]{4}(\s[a-z]{4}){3}\s*$/i.test(password) ? password.replace(/\s/g, '') : password;

const field = (credential: ICredentialDataDecryptedObject, name: string): string =>
  typeof credential[name] === 'string' ? credential[name] : '';

function required(credential: ICredentialDataDecryptedObject, name: string, label: string): string {
  const value = field(credential, name).trim();
  if (!value) throw invalidInput(label, 'it is empty', `Fill "${label}" in the credential.`);
  return value;
}
