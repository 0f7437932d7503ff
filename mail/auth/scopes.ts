import type { MicrosoftCloud } from './microsoft-clouds';

/**
 * Where users sign in to Google, and the one scope that opens IMAP, POP3 and SMTP
 * (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol).
 */
export const GOOGLE = {
  authUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  scope: 'https://mail.google.com/',
  delegatedScope: 'openid email https://mail.google.com/',
  // A refresh token is only given to those who ask for offline access, and only with a fresh consent.
  parameters: { access_type: 'offline', prompt: 'consent' },
} as const;

/** What Microsoft is told at sign-in beside the standard. */
export const MICROSOFT_PARAMETERS = { response_mode: 'query', prompt: 'select_account' } as const;

/** An endpoint below the address of a tenant (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow). */
export const microsoftPath = (endpoint: 'authorize' | 'token'): string => `oauth2/v2.0/${endpoint}`;

/** What a user is asked to allow at Microsoft; `offline_access` gives the refresh token. */
export const delegatedScope = ({ delegatedResource }: MicrosoftCloud): string =>
  [
    'openid email offline_access',
    ...['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'SMTP.Send'].map(
      (permission) => `${delegatedResource}/${permission}`,
    ),
  ].join(' ');

/** What an app asks for at Microsoft: all that an administrator has allowed it. */
export const appScope = ({ resource }: MicrosoftCloud): string => `${resource}/.default`;
