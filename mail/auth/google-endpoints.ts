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
