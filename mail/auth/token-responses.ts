import type { Login } from './authenticator';

/** The SASL responses for a login with an access token, by mechanism, in base64. */
export function tokenResponses(login: Login, { host, port }: { host: string; port: number }) {
  if ('pass' in login) return { XOAUTH2: '', OAUTHBEARER: '' };
  const { user, accessToken } = login;
  const bearer = `\x01auth=Bearer ${accessToken}\x01\x01`;
  // RFC 5801 section 4
  const authorizationId = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  return {
    // https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
    XOAUTH2: base64(`user=${user}${bearer}`),
    // RFC 7628 section 3.1
    OAUTHBEARER: base64(`n,a=${authorizationId},\x01host=${host}\x01port=${port}${bearer}`),
  };
}

/** Secrets that a server could repeat in an error: the password or token, and its SASL encodings. */
export const saslSecrets = (login: Login, server: { host: string; port: number }): string[] =>
  'pass' in login
    ? [base64(`\0${login.user}\0${login.pass}`), base64(login.pass), login.pass]
    : [...Object.values(tokenResponses(login, server)), login.accessToken];

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
