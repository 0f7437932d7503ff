import type { Protocol } from './providers';
import type { MicrosoftCloud } from './microsoft-clouds';

/** Parameters for Microsoft's sign-in page, in addition to the standard ones. */
export const MICROSOFT_PARAMETERS = { response_mode: 'query', prompt: 'select_account' } as const;

/**
 * An endpoint of a tenant, relative to the tenant's URL
 * (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow).
 */
export const microsoftPath = (endpoint: 'authorize' | 'token'): string => `oauth2/v2.0/${endpoint}`;

/**
 * The permissions of a user's token. Microsoft issues a token for one resource, and a user should grant no more than
 * needed.
 */
export const MICROSOFT_ACCESS = {
  mail: {
    name: 'IMAP, POP3 and SMTP',
    permissions: ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'SMTP.Send'],
  },
  ews: { name: 'EWS', permissions: ['EWS.AccessAsUser.All'] },
  graph: {
    name: 'Microsoft Graph',
    permissions: ['Mail.ReadWrite', 'Mail.ReadWrite.Shared', 'Mail.Send', 'Mail.Send.Shared'],
  },
} as const;

export type MicrosoftAccess = keyof typeof MICROSOFT_ACCESS;

/** The access that a protocol needs. */
export const ACCESS_FOR: Readonly<Record<Protocol, MicrosoftAccess>> = {
  ews: 'ews',
  graph: 'graph',
  imap: 'mail',
  pop3: 'mail',
};

/** The scope that a user grants at Microsoft; `offline_access` adds the refresh token. */
export function delegatedScope(
  { delegatedResource, graph }: MicrosoftCloud,
  access: MicrosoftAccess,
): string {
  const resource = access === 'graph' ? graph : delegatedResource;
  const { permissions } = MICROSOFT_ACCESS[access];
  return ['openid email offline_access', ...permissions.map((one) => `${resource}/${one}`)].join(' ');
}

/** The scope that an app requests from Microsoft: everything that an administrator granted it. */
export const appScope = ({ resource, graph }: MicrosoftCloud, protocol: Protocol): string =>
  `${protocol === 'graph' ? graph : resource}/.default`;
