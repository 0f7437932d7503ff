import type { TLSSocket } from 'node:tls';

import type { Login } from '../auth/authenticator';
import type { HttpsReply } from '../net/https-client';
import { channelBinding } from './channel-binding';
import { NEGOTIATE_MESSAGE, authenticateMessage } from './ntlm';
import { connectionNotKept } from './refusals';
import type { LocatedEwsSettings } from '../account/session-settings';

/** Sends a request with this Authorization header, or without one. */
export type Post = (authorization: string | undefined, body: Buffer | string) => Promise<HttpsReply>;

/** Sends requests with the login that the server requires. */
export type Authentication = (post: Post, login: Login, body: Buffer | string) => Promise<HttpsReply>;

/** Authentication by token (RFC 6750), password (RFC 7617), or NTLM (MS-NTHT). Create one for each connection. */
export function authenticationFor({ authentication, ews }: LocatedEwsSettings): Authentication {
  if (authentication === 'ntlm') return ntlm(ews);
  return async (post, login, body) => await post(header(login), body);
}

const header = (login: Login): string =>
  'accessToken' in login
    ? `Bearer ${login.accessToken}`
    : `Basic ${Buffer.from(`${login.user}:${login.pass}`).toString('base64')}`;

function ntlm({ url, domain = '' }: LocatedEwsSettings['ews']): Authentication {
  /** The connection that is logged in. */
  let loggedIn: TLSSocket | undefined;
  return async (post, login, body) => {
    if (loggedIn && !loggedIn.destroyed) {
      const reply = await post(undefined, body);
      if (reply.statusCode !== 401 || reply.socket === loggedIn) return reply;
      reply.resume();
    }
    loggedIn = undefined;
    // The request is sent only after the login: until then the server would discard its body.
    const asked = await post(`NTLM ${NEGOTIATE_MESSAGE.toString('base64')}`, '');
    const challenge = /(?:^|,)\s*NTLM\s+([\w+/=]+)/i.exec(asked.headers['www-authenticate'] ?? '')?.[1];
    if (asked.statusCode !== 401 || !challenge || !('pass' in login)) return asked;
    const { socket } = asked;
    const certificate = socket.getPeerCertificate().raw;
    asked.resume();
    const [, userDomain = domain, name = login.user] = /^([^\\]+)\\(.+)$/.exec(login.user) ?? [];
    const message = authenticateMessage(
      Buffer.from(challenge, 'base64'),
      { user: name, domain: userDomain, password: login.pass },
      { servicePrincipalName: `HTTP/${url.hostname}`, channelBinding: channelBinding(certificate) },
    );
    const reply = await post(`NTLM ${message.toString('base64')}`, body);
    if (reply.statusCode === 401 && reply.socket !== socket) throw connectionNotKept(url);
    loggedIn = reply.socket;
    return reply;
  };
}
