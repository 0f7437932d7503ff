import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { sentPassword } from '../../mail/account/app-password';
import { MICROSOFT_CLOUDS } from '../../mail/account/microsoft-clouds';
import {
  cloudsOf,
  methodOf,
  providerRow,
  type Connection,
  type ProviderId,
} from '../../mail/account/providers';
import type { Authenticator } from '../../mail/auth/authenticator';
import { accountOf, subjectOf } from '../../mail/auth/id-token';
import { invalidInput } from '../../mail/errors';
import type { Security } from '../../mail/net/server-settings';
import type {
  TypedCredential,
  CredentialLogin,
  CustomHosting,
  Hosting,
  TypedServer,
} from './typed-credential';
import { exchangeLocation } from './exchange-location';
import { notConnected } from './managed-login';

/** A credential as n8n gives it, decrypted. */
export interface UntypedCredential {
  /** The name that its owner gave it. */
  name: string;
  data: ICredentialDataDecryptedObject;
  /** Logs in with the token that n8n keeps, for credentials that have one. `owner` is who connected it (`subjectOf`). */
  managed?: (account: string, owner?: string) => Authenticator;
}

/**
 * The only place that knows the names of the credentials' fields.
 *
 * @throws {MailError} INVALID_INPUT for an unknown cloud, and for an Exchange Server without any address; RECONNECT_NEEDED
 *   if nobody has connected an account, and its address is not given either
 */
export function readCredential(
  { provider, authentication }: Pick<Connection, 'provider' | 'authentication'>,
  { name, data, managed }: UntypedCredential,
): TypedCredential {
  const hosting = readHosting(provider, data);
  // Else the account that was connected, if the identity provider has told it.
  const user = String(data.user ?? '').trim() || (accountOf(idTokenOf(data)) ?? '');
  const login = readLogin({ provider, authentication }, hosting, { name, data, managed });
  if (login.mode === 'managed' && !user && !tokenOf(data).access_token) throw notConnected(name);
  return { name, user, hosting, login };
}

function readHosting(provider: ProviderId, data: ICredentialDataDecryptedObject): Hosting {
  if (provider === 'exchange') {
    const [url, mailbox, user] = [trimmed(data.ewsUrl), trimmed(data.mailbox), trimmed(data.user)];
    return {
      ...{ at: 'exchange', location: exchangeLocation(url, [mailbox, user]) },
      ...{ mailbox, domain: trimmed(data.domain), trust: readTrust(data) },
    };
  }
  const clouds = cloudsOf(providerRow(provider)!);
  if (data.cloud === 'custom' || !clouds.global) return readCustom(data);
  const id = text(data.cloud) || 'global';
  const { endpoints } = byId(clouds, id);
  return provider === 'outlook'
    ? { at: 'microsoft', cloud: byId(MICROSOFT_CLOUDS, id), endpoints }
    : { at: 'provider', endpoints };
}

function byId<Cloud>(clouds: Readonly<Record<string, Cloud>>, id: string): Cloud {
  const cloud = new Map(Object.entries(clouds)).get(id);
  if (cloud) return cloud;
  throw invalidInput('Cloud', `"${id}" is not known`, 'Choose the cloud from the list in the credential.');
}

function readCustom(data: ICredentialDataDecryptedObject): CustomHosting {
  const server = (host: string, port: string, security: string): TypedServer => ({
    ...{ host: text(data[host]), port: Number(data[port]), security: data[security] as Security },
  });
  const [certificate, key] = [text(data.clientCertificate), text(data.clientKey)];
  const passphrase = text(data.clientKeyPassphrase) || undefined;
  return {
    at: 'custom',
    servers: {
      imap: server('host', 'port', 'security'),
      pop3: server('popHost', 'popPort', 'popSecurity'),
      submission: server('smtpHost', 'smtpPort', 'smtpSecurity'),
    },
    sending: {
      withoutLogin: data.smtpAuthentication === 'none',
      clientName: trimmed(data.smtpClientName),
    },
    ewsUrl: trimmed(data.customEwsUrl),
    graphUrl: trimmed(data.customGraphUrl),
    network: {
      ...readTrust(data),
      clientCertificate: certificate.trim() || key.trim() ? { certificate, key, passphrase } : undefined,
      proxy: text(data.proxy),
    },
  };
}

const readTrust = (data: ICredentialDataDecryptedObject) => ({
  caCertificate: text(data.caCertificate),
  ignoreCertificate: data.ignoreCertificate === true,
});

function readLogin(
  { provider, authentication }: Pick<Connection, 'provider' | 'authentication'>,
  hosting: Hosting,
  { name, data, managed }: UntypedCredential,
): CredentialLogin {
  const isCustom = data.cloud === 'custom';
  switch (authentication) {
    case 'basic':
    case 'ntlm': {
      const form = methodOf(provider, authentication)?.appPassword;
      const password = sentPassword(text(data.password), form);
      return { mode: 'password', password, isAppPassword: form !== undefined };
    }
    case 'clientCredentials':
      return {
        mode: 'app',
        clientId: trimmed(data.clientId),
        secret:
          data.secretType === 'certificate'
            ? { certificate: trimmed(data.certificate), privateKey: trimmed(data.privateKey) }
            : { clientSecret: trimmed(data.clientSecret) },
        issuer:
          hosting.at === 'microsoft'
            ? { cloud: hosting.cloud, tenant: trimmed(data.tenant) }
            : { authority: trimmed(data.customAuthority), scope: trimmed(data.customScope) },
      };
    case 'serviceAccount':
      return {
        ...{ mode: 'serviceAccount', email: trimmed(data.serviceAccountEmail) },
        privateKey: trimmed(data.privateKey),
        tokenUrl: isCustom ? trimmed(data.customAccessTokenUrl) : undefined,
      };
    case 'oAuth2':
    case 'pkce': {
      if (!managed) throw new TypeError(`n8n keeps the token of the credential "${name}"`);
      const access = hosting.at === 'microsoft' ? text(data.access) || 'mail' : undefined;
      const owner = subjectOf(idTokenOf(data));
      return { mode: 'managed', access, authenticatorFor: (account) => managed(account, owner) };
    }
  }
}

/** What the identity provider has told n8n at "Connect my account". */
const idTokenOf = (data: ICredentialDataDecryptedObject): string => text(tokenOf(data).id_token);

const tokenOf = ({ oauthTokenData }: ICredentialDataDecryptedObject): Record<string, unknown> =>
  Object(oauthTokenData) as Record<string, unknown>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const trimmed = (value: unknown): string => text(value).trim();
