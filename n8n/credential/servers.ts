import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { MICROSOFT_CLOUDS } from '../../mail/account/microsoft-clouds';
import { httpsUrl } from '../../mail/net/https-url';
import { invalidInput } from '../../mail/errors';
import { httpsServer } from '../../mail/net/host-and-port';
import type { OutboundPolicy } from '../../mail/net/outbound-policy';
import type { TlsPolicy } from '../../mail/net/tls-policy';
import {
  providerRow,
  type Endpoint,
  type MailServerProtocol,
  type Connection,
} from '../../mail/account/providers';
import { assertServerSettings, type Security, type ServerSettings } from '../../mail/net/server-settings';
import type { SessionSettings } from '../../mail/account/session-settings';
import { EWS_EXAMPLE, exchangeLocation } from './exchange-location';

type Servers = Pick<SessionSettings, 'server' | 'submission' | 'savesSentCopy'>;

/**
 * Where a credential's servers are: as the matrix says, or as the credential does for a server or a cloud of
 * one's own.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function serversOf(
  { provider, protocol }: Pick<Connection, 'provider' | 'protocol'>,
  credential: ICredentialDataDecryptedObject,
  outbound?: OutboundPolicy,
): Servers {
  if (provider === 'exchange') return { server: exchangeServer(credential, outbound) };
  if (protocol === 'ews' || protocol === 'graph') {
    return { server: webServer(microsoftUrl(protocol, credential), credential, outbound) };
  }
  const row = providerRow(provider);
  if (!row?.endpoints || isCustom(credential)) return ownServers(protocol, credential, outbound);
  const { host: cloudHost, smtpHost } = cloudHosts({ provider, protocol }, credential, row.endpoints);
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
  { provider, protocol }: { provider: Connection['provider']; protocol: MailServerProtocol },
  credential: ICredentialDataDecryptedObject,
  endpoints: Readonly<Record<MailServerProtocol | 'submission', Endpoint>>,
) {
  if (provider !== 'outlook') return { host: endpoints[protocol].host, smtpHost: endpoints.submission.host };
  const { imapHost, popHost, smtpHost } = microsoftCloud(credential);
  return { host: { imap: imapHost, pop3: popHost }[protocol], smtpHost };
}

/** How the credential's fields for each server are called: `host` and "Host", `popHost` and "POP3 Host". */
const FIELDS = {
  imap: { names: ['host', 'port', 'security'], prefix: '' },
  pop3: { names: ['popHost', 'popPort', 'popSecurity'], prefix: 'POP3 ' },
  submission: { names: ['smtpHost', 'smtpPort', 'smtpSecurity'], prefix: 'SMTP ' },
} as const;

function ownServers(
  protocol: MailServerProtocol,
  credential: ICredentialDataDecryptedObject,
  outbound?: OutboundPolicy,
): Servers {
  const network = networkOf(credential, outbound);
  const serverAt = (place: keyof typeof FIELDS): ServerSettings => {
    const { names, prefix } = FIELDS[place];
    const [host, port, security] = names.map((name) => credential[name]);
    return assertServerSettings(
      { host: text(host), port: Number(port), security: security as Security, ...network },
      prefix,
    );
  };
  const sends = text(credential.smtpHost).trim() !== '';
  return { server: serverAt(protocol), submission: sends ? serverAt('submission') : undefined };
}

/** Where Exchange Online and Microsoft Graph are: always https, whose port is its own. */
export function microsoftUrl(protocol: 'ews' | 'graph', credential: ICredentialDataDecryptedObject): URL {
  if (isCustom(credential)) {
    return protocol === 'ews'
      ? httpsUrl('Custom EWS URL', text(credential.customEwsUrl), EWS_EXAMPLE)
      : graphUrl(text(credential.customGraphUrl));
  }
  const { resource, graph } = microsoftCloud(credential);
  return new URL(protocol === 'ews' ? `${resource}/EWS/Exchange.asmx` : `${graph}/v1.0`);
}

const GRAPH_EXAMPLE = 'https://graph.example.com/v1.0';

/** Paths are put behind it. */
function graphUrl(value: string): URL {
  const url = httpsUrl('Custom Graph URL', value.trim().replace(/\/+$/, ''), GRAPH_EXAMPLE);
  if (!url.search) return url;
  throw invalidInput('Custom Graph URL', 'it has a query', `Enter it as ${GRAPH_EXAMPLE}.`);
}

function webServer(
  url: URL,
  credential: ICredentialDataDecryptedObject,
  outbound?: OutboundPolicy,
): ServerSettings {
  const network = isCustom(credential) ? networkOf(credential, outbound) : { outbound };
  if ('proxy' in network && network.proxy.trim()) {
    throw invalidInput(
      'Proxy',
      'it is for mail servers only',
      'Leave it empty for EWS and Graph: requests over https go through the proxy of the environment of n8n (HTTPS_PROXY).',
    );
  }
  return assertServerSettings({ ...httpsServer(url), security: 'tls', ...network });
}

/** An Exchange Server is a URL, always of https. One that is still to be found goes by the domain of its mail. */
function exchangeServer(
  credential: ICredentialDataDecryptedObject,
  outbound?: OutboundPolicy,
): ServerSettings {
  const location = exchangeLocation(credential);
  return assertServerSettings({
    ...('url' in location ? httpsServer(location.url) : { host: location.domain, port: 443 }),
    security: 'tls',
    caCertificate: text(credential.caCertificate),
    ignoreCertificate: credential.ignoreCertificate === true,
    outbound,
  });
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
export const identityTrust = ({ caCertificate, outbound }: ServerSettings): TlsPolicy => ({
  caCertificate,
  outbound,
});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
