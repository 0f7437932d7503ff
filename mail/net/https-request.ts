import type { IncomingHttpHeaders } from 'node:http';

import { withDeadline } from '../async/deadline';
import { MailError, isMailError } from '../errors';
import { isTooLong, readWhole } from './body';
import { httpsServer } from './host-and-port';
import { HttpsClient, type HttpsRequest } from './https-client';
import { httpsUrl } from './https-url';
import type { TlsPolicy } from './tls-policy';

const TIMEOUT = 30_000;
/** An identity provider's response has a few kilobytes. */
const MAX_BODY = 1024 * 1024;

export interface HttpOptions {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
  trust?: TlsPolicy;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Sends one HTTPS request with a limit of 30 seconds, to servers other than the mail server, for example for a token.
 * Does not follow redirects: a request contains secrets for one server only.
 *
 * @throws {MailError} TOKEN_UNAVAILABLE, OUTBOUND_BLOCKED, INVALID_INPUT for a URL that is not https
 */
export async function httpRequest(text: string, options: HttpOptions = {}): Promise<HttpAnswer> {
  const { method = 'GET', headers = {}, body, signal, trust = {} } = options;
  const url = httpsUrl('URL in the credential', text);
  const client = new HttpsClient(trust, 1);
  try {
    const { host, port } = httpsServer(url);
    await trust.outbound?.assertAllowed(host, port);
    return await withDeadline(
      { timeout: TIMEOUT, signals: [signal] },
      async (stop) => await answerTo(client, { method, url, headers, body }, stop),
    );
  } catch (error) {
    throw isMailError(error) ? error : unavailable(url.host, error as NodeJS.ErrnoException);
  } finally {
    client.close();
  }
}

async function answerTo(
  client: HttpsClient,
  request: HttpsRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const reply = await client.send(request, { timeout: TIMEOUT, signal });
  return {
    status: reply.statusCode ?? 0,
    headers: single(reply.headers),
    body: await readWhole(MAX_BODY, reply),
  };
}

const single = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

function unavailable(host: string, error: NodeJS.ErrnoException): MailError {
  const { name, message } = error;
  const code = isTooLong(error) ? undefined : error.code;
  const late = ['TimeoutError', 'AbortError'].includes(name) || code === 'ESILENCE';
  const reason = late ? 'it did not answer in time' : (code ?? message);
  return new MailError(
    'TOKEN_UNAVAILABLE',
    `${host} could not be reached (${reason})`,
    'Check the network between n8n and this server, and its certificate, then try again.',
  );
}
