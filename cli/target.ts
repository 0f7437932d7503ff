import { readFile } from 'node:fs/promises';

import { invalidInput } from '../mail/errors';
import type { TlsPolicy } from '../mail/net/tls-policy';
import { usageError, type Values } from './arguments';
import { customEndpoints, customServers, type CredentialFields } from './custom-cloud';
import { GOOGLE_ENDPOINTS, microsoftEndpoints, type Endpoints, type SignInProvider } from './providers';

/** The identity provider to ask, how it is trusted, and the fields of the credential that say so. */
export interface Target {
  endpoints: Endpoints;
  trust: TlsPolicy;
  fields: CredentialFields;
}

/**
 * Reads the options about the provider's cloud.
 *
 * @throws {MailError} INVALID_INPUT naming the option, TOKEN_UNAVAILABLE if an authority cannot be asked
 */
export async function findTarget(
  provider: SignInProvider,
  values: Values,
  signal: AbortSignal,
): Promise<Target> {
  const caCertificate = values.ca === undefined ? undefined : await certificateIn(values.ca);
  const trust = { caCertificate };
  const custom = await customEndpoints(values, trust, signal);
  if (!custom) return { ...ownCloud(provider, values), trust };
  refuse(values, ['access', 'cloud', 'tenant'], 'is for the clouds of Microsoft, not for a private cloud');
  const fields = {
    cloud: 'custom',
    customAuthUrl: custom.authUrl,
    customAccessTokenUrl: custom.tokenUrl,
    customScope: custom.scope,
    ...customServers(values, caCertificate),
  };
  return { endpoints: custom, fields, trust };
}

function ownCloud({ id }: SignInProvider, values: Values): Omit<Target, 'trust'> {
  refuse(values, ['scope', 'host', 'smtp-host', 'ca'], 'needs --authority, or --auth-url and --token-url');
  if (id === 'gmail') {
    refuse(values, ['access', 'cloud', 'tenant'], 'is for outlook only');
    return { endpoints: GOOGLE_ENDPOINTS, fields: { cloud: 'global' } };
  }
  const { access = 'mail', cloud = 'global', tenant = 'organizations' } = values;
  return { endpoints: microsoftEndpoints(cloud, tenant, access), fields: { access, cloud, tenant } };
}

function refuse(values: Values, options: ReadonlyArray<keyof Values>, why: string): void {
  const found = options.find((option) => values[option] !== undefined);
  if (found) throw usageError(`--${found} ${why}`);
}

async function certificateIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (/-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----/.test(text)) return text.trim();
  throw invalidInput(
    '--ca',
    `${file} contains no certificate in PEM format`,
    'Use the certificate file of the certificate authority.',
  );
}
