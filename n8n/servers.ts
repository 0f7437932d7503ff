import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { MICROSOFT_CLOUDS } from '../mail/auth/microsoft-clouds';
import { invalidInput } from '../mail/errors';
import type { OutboundPolicy, Trust } from '../mail/network';
import { providerRow, type Endpoint, type Offer } from '../mail/providers';
import { assertServerSettings, type Security, type ServerSettings } from '../mail/session/server-settings';
import type { SessionSettings } from '../mail/session/settings';

type Servers = Pick<SessionSettings, 'server' | 'submission' | 'savesSentCopy'>;

/**
 * Where a credential's servers are: as the matrix says, or as the credential does for a server or a cloud of
 * one's own.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function serversOf(
  { provider, protocol }: Pick<Offer, 'provider' | 'protocol'>,
  credential: ICredentialDataDecryptedObject,
  outbound?: OutboundPolicy,
): Servers {
  const row = providerRow(provider);
  if (!row?.endpoints || isCustom(credential)) return ownServers(credential, outbound);
  const { host: cloudHost, smtpHost } = cloudHosts(provider, credential, row.endpoints);
  return {
    server: { ...row.endpoints[protocol], host: cloudHost, outbound },
    submission: { ...row.endpoints.submission, host: smtpHost, outbound },
    savesSentCopy: row.savesSentCopy,
  };
}

export const isCustom = (credential: ICredentialDataDecryptedObject): boolean =>
  credential.cloud === 'custom';

/** The Microsoft cloud that a credential names. */
export function microsoftCloud(credential: ICredentialDataDecryptedObject) {
  const cloud = new Map(Object.entries(MICROSOFT_CLOUDS)).get(String(credential.cloud || 'global'));
  if (cloud) return cloud;
  throw invalidInput(
    'Cloud',
    `"${String(credential.cloud)}" is not known`,
    'Pick the cloud in the credential from its list.',
  );
}

function cloudHosts(
  provider: string,
  credential: ICredentialDataDecryptedObject,
  { imap, submission }: Readonly<Record<'imap' | 'submission', Endpoint>>,
) {
  if (provider !== 'outlook') return { host: imap.host, smtpHost: submission.host };
  const { imapHost, smtpHost } = microsoftCloud(credential);
  return { host: imapHost, smtpHost };
}

function ownServers(credential: ICredentialDataDecryptedObject, outbound?: OutboundPolicy): Servers {
  const network = networkOf(credential, outbound);
  const server = assertServerSettings({
    host: text(credential.host),
    port: Number(credential.port),
    security: credential.security as Security,
    ...network,
  });
  const smtpHost = text(credential.smtpHost);
  return {
    server,
    submission: smtpHost.trim()
      ? assertServerSettings(
          {
            host: smtpHost,
            port: Number(credential.smtpPort),
            security: credential.smtpSecurity as Security,
            ...network,
          },
          'SMTP ',
        )
      : undefined,
  };
}

function networkOf(credential: ICredentialDataDecryptedObject, outbound?: OutboundPolicy) {
  const [certificate, key] = [text(credential.clientCertificate), text(credential.clientKey)];
  return {
    caCertificate: text(credential.caCertificate),
    ignoreCertificate: credential.ignoreCertificate === true,
    clientCertificate:
      certificate.trim() || key.trim()
        ? { certificate, key, passphrase: text(credential.clientKeyPassphrase) || undefined }
        : undefined,
    proxy: text(credential.proxy),
    outbound,
  } satisfies Partial<ServerSettings>;
}

/**
 * How far the identity provider of a mail server is trusted. A certificate that is ignored there is not ignored
 * here, where the secret itself would be given away.
 */
export const identityTrust = ({ caCertificate, outbound }: ServerSettings): Trust => ({
  caCertificate,
  outbound,
});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
