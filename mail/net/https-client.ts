import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';

import { PROXY_OF_ENVIRONMENT } from './environment-proxy';
import { tlsOptions, type TlsPolicy } from './tls-policy';

export type HttpsReply = IncomingMessage & { socket: TLSSocket };

/** A request (RFC 9110). Its length is told by what stands in it. */
export interface HttpsRequest {
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';
  url: URL;
  headers: Record<string, string>;
  body?: Buffer | string;
}

export interface RequestLimits {
  /** Milliseconds of silence of the server's that end the request, in the body of its reply too. */
  timeout: number;
  signal?: AbortSignal;
}

/**
 * The one client for https: keeps its connections between requests. A redirect is not followed: what was sent is a secret,
 * and meant for one server alone.
 */
export class HttpsClient {
  readonly #agent: Agent;

  /** @param most how many there are at the same time */
  constructor(trust: TlsPolicy, most: number) {
    this.#agent = new Agent({
      ...tlsOptions(trust),
      ...PROXY_OF_ENVIRONMENT,
      keepAlive: true,
      maxSockets: most,
      // A resumed TLS session does not show the server's certificate again, which NTLM's channel binding needs.
      maxCachedSessions: 0,
    });
  }

  /**
   * Sends a request and answers when the reply begins. Its body has to be read or destroyed.
   *
   * @throws what Node throws, with the code ESILENCE for silence
   */
  async send(
    { method, url, headers, body = '' }: HttpsRequest,
    { timeout, signal }: RequestLimits,
  ): Promise<HttpsReply> {
    return await new Promise((resolve, reject) => {
      const length = method === 'GET' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const call = request(url, {
        ...{ method, signal, timeout },
        headers: { ...headers, ...length },
        agent: this.#agent,
      });
      call.on('timeout', () => call.destroy(silence()));
      call.on('response', (response) => {
        call.removeAllListeners('timeout');
        watch(response as HttpsReply, timeout);
        resolve(response as HttpsReply);
      });
      let secured = false;
      call.on('socket', (socket) => {
        if (call.reusedSocket) secured = true;
        else socket.once('secureConnect', () => (secured = true));
      });
      // What goes wrong with the encryption later is no longer a wrong port.
      call.on('error', (error: NodeJS.ErrnoException) =>
        reject(secured && isOfTls(error) ? Object.assign(error, { code: 'ECONNRESET' }) : error),
      );
      call.end(body);
    });
  }

  /** Ends them, and the requests on them too. */
  close(): void {
    this.#agent.destroy();
  }
}

const isOfTls = ({ code = '' }: NodeJS.ErrnoException): boolean => /^(EPROTO$|ERR_SSL_)/.test(code);

/** Ends a reply whose server falls silent. What lies there unread is the reader's silence, and not the server's. */
function watch(reply: HttpsReply, timeout: number): void {
  const { socket } = reply;
  const look = () => {
    // The timer runs once for each silence.
    if (reply.readableLength > 0) socket.setTimeout(timeout);
    else reply.destroy(silence());
  };
  socket.on('timeout', look);
  reply.once('close', () => socket.off('timeout', look));
}

const silence = (): Error => Object.assign(new Error('silence'), { code: 'ESILENCE' });
