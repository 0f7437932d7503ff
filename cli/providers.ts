import { MICROSOFT_CLOUDS } from '../mail/account/microsoft-clouds';
import {
  MICROSOFT_ACCESS,
  MICROSOFT_PARAMETERS,
  delegatedScope,
  microsoftPath,
  type MicrosoftAccess,
} from '../mail/account/microsoft-access';
import { GOOGLE } from '../mail/auth/google-endpoints';
import { invalidInput } from '../mail/errors';
import { methodOf, type ProviderWith } from '../mail/account/providers';
import { usageError } from './arguments';

/** Where a user signs in, and which permissions are requested (RFC 6749 sections 3.1 to 3.3). */
export interface Endpoints {
  authUrl: string;
  tokenUrl: string;
  /** Separated by spaces. */
  scope: string;
}

export interface SignInProvider {
  id: ProviderWith<'pkce'>;
  name: string;
  credentialType: string;
  /** Where the browser returns to (RFC 8252 section 7.3): the registered port, and the path. */
  port: number;
  path: string;
  /** Parameters that this provider needs in the authorization request in addition to the standard ones. */
  parameters: Readonly<Record<string, string>>;
  /** Whether its desktop apps have a secret. */
  hasSecret: boolean;
}

/** The providers of the matrix that support this way to sign in. */
const PROVIDERS: Readonly<Record<SignInProvider['id'], Omit<SignInProvider, 'id' | 'credentialType'>>> = {
  outlook: {
    name: 'Outlook',
    port: 9999,
    path: '/callback',
    parameters: MICROSOFT_PARAMETERS,
    hasSecret: false,
  },
  gmail: {
    name: 'Gmail',
    port: 8888,
    path: '/Callback',
    parameters: GOOGLE.parameters,
    hasSecret: true,
  },
};

/** Their names on the command line. */
export const SIGN_IN_PROVIDERS = Object.keys(PROVIDERS) as Array<SignInProvider['id']>;

/** @throws {MailError} INVALID_INPUT */
export function findProvider(wanted: string | undefined): SignInProvider {
  const id = SIGN_IN_PROVIDERS.find((each) => each === wanted);
  if (id) return { id, ...PROVIDERS[id], credentialType: methodOf(id, 'pkce')!.credentialType };
  throw usageError(
    wanted
      ? `Unknown provider. Use one of: ${SIGN_IN_PROVIDERS.join(', ')}`
      : `The provider is missing: ${SIGN_IN_PROVIDERS.join(' or ')}`,
  );
}

export type MicrosoftCloudId = keyof typeof MICROSOFT_CLOUDS;

/** @throws {MailError} INVALID_INPUT for an unknown cloud or access, or an invalid tenant */
export function microsoftEndpoints(cloudId: string, tenant: string, access: string): Endpoints {
  const cloud = new Map(Object.entries(MICROSOFT_CLOUDS)).get(cloudId);
  if (!cloud) {
    throw invalidInput(
      '--cloud',
      `"${cloudId}" is not known`,
      `Use one of: ${Object.keys(MICROSOFT_CLOUDS).join(', ')}.`,
    );
  }
  if (!/^[\w.-]+$/.test(tenant)) {
    throw invalidInput(
      '--tenant',
      `"${tenant}" is not an ID or a domain`,
      'Copy it from the overview page in Microsoft Entra.',
    );
  }
  if (!Object.hasOwn(MICROSOFT_ACCESS, access)) {
    const known = Object.keys(MICROSOFT_ACCESS).join(', ');
    throw invalidInput('--access', `"${access}" is not known`, `Use one of: ${known}.`);
  }
  const base = `${cloud.login}/${tenant}`;
  return {
    authUrl: `${base}/${microsoftPath('authorize')}`,
    tokenUrl: `${base}/${microsoftPath('token')}`,
    scope: delegatedScope(cloud, access as MicrosoftAccess),
  };
}

export const GOOGLE_ENDPOINTS: Endpoints = {
  authUrl: GOOGLE.authUrl,
  tokenUrl: GOOGLE.tokenUrl,
  scope: GOOGLE.delegatedScope,
};
