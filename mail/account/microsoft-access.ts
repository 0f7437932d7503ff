import type { Protocol } from './providers';
import type { MicrosoftCloud } from './microsoft-clouds';

/** What Microsoft is told at sign-in beside the standard. */
export const MICROSOFT_PARAMETERS = { response_mode: 'query', prompt: 'select_account' } as const;

/** An endpoint below the address of a tenant (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow). */
export const microsoftPath = (endpoint: 'authorize' | 'token'): string => `oauth2/v2.0/${endpoint}`;

/** What a token of a user's opens: Microsoft gives one for one resource, and a user allows no more than is needed. */
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

/** Which of them a protocol needs. */
export const ACCESS_FOR: Readonly<Record<Protocol, MicrosoftAccess>> = {
  ews: 'ews',
  graph: 'graph',
  imap: 'mail',
  pop3: 'mail',
};

/** What a user is asked to allow at Microsoft; `offline_access` gives the refresh token. */
export function delegatedScope(
  { delegatedResource, graph }: MicrosoftCloud,
  access: MicrosoftAccess,
): string {
  const resource = access === 'graph' ? graph : delegatedResource;
  const { permissions } = MICROSOFT_ACCESS[access];
  return ['openid email offline_access', ...permissions.map((one) => `${resource}/${one}`)].join(' ');
}

/** What an app asks for at Microsoft: all that an administrator has allowed it. */
export const appScope = ({ resource, graph }: MicrosoftCloud, protocol: Protocol): string =>
  `${protocol === 'graph' ? graph : resource}/.default`;
