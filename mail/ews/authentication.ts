import type { TLSSocket } from 'node:tls';

import type { Login } from '../auth/authenticator';
import type { HttpsReply } from '../net/https-client';
import { channelBinding } from './channel-binding';
import { NEGOTIATE_MESSAGE, authenticateMessage } from './ntlm';
import { connectionNotKept } from './refusals';
import type { LocatedEwsSettings } from '../account/session-settings';

/** Sends a request that carries this in its header Authorization, or none. */
export type Post = (authorization: string | undefined, body: Buffer | string) => Promise<HttpsReply>;

/** Sends requests so that the server knows who asks. */
export type Authentication = (post: Post, login: Login, body: Buffer | string) => Promise<HttpsReply>;

/** By token (RFC 6750), password (RFC 7617), or NTLM (MS-NTHT). One of these for each connection. */
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
    // The request itself waits for the login: until then its body would be thrown away.
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
