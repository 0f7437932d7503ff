import type { IncomingMessage } from 'node:http';

import { readUpTo } from '../../net/body';
import { HttpsClient } from '../../net/https-client';
import { httpsServer } from '../../net/host-and-port';
import { assertAllowed } from '../../net/outbound-policy';
import { authenticationFor, type Post } from '../authentication';
import { toMailError } from '../errors';
import { schemesOf } from '../refusals';
import type { LocatedEwsSettings } from '../../account/session-settings';
import { HEADERS, secretsOf } from '../transport';

/** A reply has a few kilobytes, or more if many mailboxes are shared. */
const MAX_REPLY = 1024 * 1024;

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  /** Undefined if it is too long. */
  body: string | undefined;
  /** Whether the server requested the login. */
  asked: boolean;
  /** Must never be shown, even if the response contains them. */
  secrets: string[];
}

/**
 * Sends a request to one server, at `ews.url`. The login is sent only if the server requests it with a supported
 * scheme: many candidates are ordinary web sites, which must not get a password. Redirects are not followed.
 *
 * @throws {MailError} if the server cannot be reached or is blocked, or the login is not available
 */
export async function ask(
  settings: LocatedEwsSettings,
  request: string,
  signal: AbortSignal,
): Promise<Answer> {
  const { ews, server, authenticator, authentication, timeouts } = settings;
  const { url } = ews;
  const connection = new HttpsClient(server, 1);
  const post: Post = async (authorization, body) => {
    const headers = { ...HEADERS, ...(authorization && { authorization }) };
    const limits = { timeout: timeouts.connect, signal };
    return await connection.send({ method: 'POST', url, headers, body }, limits);
  };
  try {
    await assertAllowed({ ...server, ...httpsServer(url) });
    let reply = await post(undefined, request);
    const schemes = schemesOf(reply.headers['www-authenticate']);
    const asked = reply.statusCode === 401 && schemes.some((name) => name.toLowerCase() === authentication);
    if (!asked) return await answered(reply, false, []);
    reply.resume();
    const login = await authenticator.login({ signal });
    reply = await authenticationFor(settings)(post, login, request);
    return await answered(reply, true, secretsOf(login));
  } catch (error) {
    throw toMailError(error, url);
  } finally {
    connection.close();
  }
}

async function answered(reply: IncomingMessage, asked: boolean, secrets: string[]): Promise<Answer> {
  const { statusCode: status = 0, headers } = reply;
  const { text, complete } = await readUpTo(MAX_REPLY, reply);
  return { status, headers, body: complete ? text : undefined, asked, secrets };
}
