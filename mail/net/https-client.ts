import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';

import { PROXY_OF_ENVIRONMENT } from './environment-proxy';
import { TrafficCounter, type Traffic } from './traffic';
import { tlsOptions, type TlsPolicy } from './tls-policy';

export type HttpsReply = IncomingMessage & { socket: TLSSocket };

/** A request (RFC 9110). Its length is computed from the body. */
export interface HttpsRequest {
  method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT';
  url: URL;
  headers: Record<string, string>;
  body?: Buffer | string;
}

export interface RequestLimits {
  /** Milliseconds of silence from the server after which the request ends, also while its reply is read. */
  timeout: number;
  signal?: AbortSignal;
}

/**
 * The only HTTPS client of this package. Keeps its connections open between requests. Does not follow redirects: a
 * request contains secrets for one server only.
 */
export class HttpsClient {
  readonly #agent: Agent;
  private readonly counter = new TrafficCounter();

  /** @param most maximum number of connections */
  constructor(trust: TlsPolicy, most: number) {
    this.#agent = new Agent({
      ...tlsOptions(trust),
      ...PROXY_OF_ENVIRONMENT,
      keepAlive: true,
      maxSockets: most,
      // A resumed TLS session does not give access to the server's certificate, which NTLM's channel binding needs.
      maxCachedSessions: 0,
    });
  }

  /**
   * Sends a request and resolves when the reply starts. Its body must be read or destroyed.
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
        // Without this, any encoding is acceptable, also a compressed one (RFC 9110 section 12.5.3).
        headers: { 'accept-encoding': 'identity', ...headers, ...length },
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
        this.counter.watch(socket);
        this.counter.count();
        if (call.reusedSocket) secured = true;
        else socket.once('secureConnect', () => (secured = true));
      });
      // After the handshake, a TLS error no longer means a wrong port.
      call.on('error', (error: NodeJS.ErrnoException) =>
        reject(secured && isOfTls(error) ? Object.assign(error, { code: 'ECONNRESET' }) : error),
      );
      call.end(body);
    });
  }

  get traffic(): Traffic {
    return this.counter.total;
  }

  /** Whether no request is in progress, or none is within this time in milliseconds. */
  async isQuiet(timeout: number): Promise<boolean> {
    const isBusy = () =>
      [this.#agent.sockets, this.#agent.requests].some((some) => Object.keys(some).length > 0);
    if (!isBusy()) return true;
    return await new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#agent.off('free', look);
        resolve(!isBusy());
      };
      // The agent itself first puts the socket aside.
      const look = () => setImmediate(() => (isBusy() ? undefined : end()));
      const timer = setTimeout(end, timeout);
      this.#agent.on('free', look);
    });
  }

  /** Closes all connections, including those with requests in progress. */
  close(): void {
    this.#agent.destroy();
  }
}

const isOfTls = ({ code = '' }: NodeJS.ErrnoException): boolean => /^(EPROTO$|ERR_SSL_)/.test(code);

/**
 * Ends a reply if the server falls silent. If unread data is waiting, the reader is slow and the server is not silent.
 */
function watch(reply: HttpsReply, timeout: number): void {
  const { socket } = reply;
  const look = () => {
    // The timeout fires only once, so it is set again.
    if (reply.readableLength > 0) socket.setTimeout(timeout);
    else reply.destroy(silence());
  };
  socket.on('timeout', look);
  reply.once('close', () => socket.off('timeout', look));
}

const silence = (): Error => Object.assign(new Error('silence'), { code: 'ESILENCE' });
