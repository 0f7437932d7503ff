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

/** A reply has a few kilobytes, and some more where many mailboxes are shared. */
const MAX_REPLY = 1024 * 1024;

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  /** Undefined for one that is too long. */
  body: string | undefined;
  /** Whether the server asked for the login. */
  asked: boolean;
  /** Not to be shown, whatever the answer holds. */
  secrets: string[];
}

/**
 * Asks one server, at `ews.url`. It is told who asks only where it asks for that and knows how: many of those that
 * are tried are mere web sites, which have no business with a password. A redirect is not followed.
 *
 * @throws {MailError} for a server that is not reached or may not be, and where the login cannot be had
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
