/**
 * Google's endpoints for users, and the scope for IMAP, POP3 and SMTP
 * (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol).
 */
export const GOOGLE = {
  authUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  scope: 'https://mail.google.com/',
  delegatedScope: 'openid email https://mail.google.com/',
  // Google issues a refresh token only for offline access with a new consent.
  parameters: { access_type: 'offline', prompt: 'consent' },
} as const;
