import { invalidInput } from '../mail/errors';
import { httpRequest } from '../mail/net/https-request';
import { httpsUrl } from '../mail/net/https-url';
import type { TlsPolicy } from '../mail/net/tls-policy';
import { jsonObject } from '../mail/json';
import { usageError, type Values } from './arguments';
import type { Endpoints } from './providers';

const DEFAULT_SCOPE = 'openid email offline_access';

/** Fields of the credential for private servers. */
export type CredentialFields = Record<string, string | number>;

/** The identity provider that the options name; undefined if they name none. */
export async function customEndpoints(
  values: Values,
  trust: TlsPolicy,
  signal: AbortSignal,
): Promise<Endpoints | undefined> {
  const { authority, 'auth-url': authUrl, 'token-url': tokenUrl, scope = DEFAULT_SCOPE } = values;
  if (authority !== undefined) {
    if (authUrl !== undefined || tokenUrl !== undefined) {
      throw usageError('--authority cannot be used together with --auth-url and --token-url');
    }
    return { ...(await discovered(authority, trust, signal)), scope };
  }
  if (authUrl === undefined && tokenUrl === undefined) return undefined;
  return { authUrl: hrefOf('--auth-url', authUrl), tokenUrl: hrefOf('--token-url', tokenUrl), scope };
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discovered(authority: string, trust: TlsPolicy, signal: AbortSignal) {
  const url = `${hrefOf('--authority', authority).replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { status, body } = await httpRequest(url, { trust, signal });
  const found = jsonObject(body);
  if (status !== 200 || !found.token_endpoint) {
    throw invalidInput(
      '--authority',
      `${url} does not list the addresses of an identity provider`,
      'Correct it, or use --auth-url and --token-url instead.',
    );
  }
  return {
    authUrl: hrefOf('The authorization endpoint', found.authorization_endpoint),
    tokenUrl: hrefOf('The token endpoint', found.token_endpoint),
  };
}

const hrefOf = (field: string, value: unknown): string => httpsUrl(field, value).href;

/** The ports that start without TLS (RFC 8314 section 4). */
const STARTTLS_PORTS = [143, 587];

export function customServers({ host, 'smtp-host': smtpHost }: Values, caCertificate = ''): CredentialFields {
  const imap = serverAddress('--host', host, 993);
  const smtp = serverAddress('--smtp-host', smtpHost, 465);
  return {
    ...imap,
    smtpHost: smtp.host,
    smtpPort: smtp.port,
    smtpSecurity: smtp.security,
    caCertificate,
  };
}

function serverAddress(option: string, value = '', defaultPort: number) {
  const [, host = '', digits] = /^([^:\s/@]*)(?::(\d{1,5}))?$/.exec(value) ?? [];
  const port = digits ? Number(digits) : defaultPort;
  if ((value && !host) || port < 1 || port > 65535) {
    throw invalidInput(option, `"${value}" is not NAME or NAME:PORT`, 'Write it like mail.example.com:993.');
  }
  return { host, port, security: STARTTLS_PORTS.includes(port) ? 'starttls' : 'tls' };
}
