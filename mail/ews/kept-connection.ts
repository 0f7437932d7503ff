import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';

import { tlsOptions, type Trust } from '../network';

/** The answers to a login have a few kilobytes. */
const MAX_BODY = 1024 * 1024;

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The one it came through, to be compared. */
  socket: TLSSocket;
  /** DER. */
  serverCertificate: Buffer;
}

// Node 24.5 and later take the proxy for https from HTTPS_PROXY and NO_PROXY, as n8n does.
const FROM_ENVIRONMENT: object = { proxyEnv: process.env };

/**
 * One https connection that is kept between requests, because NTLM logs in a connection and not a request.
 * A redirect is not followed: what was sent is a secret, and meant for one server alone.
 */
export class KeptConnection {
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #signal: AbortSignal;

  /** @param timeout for everything together, in milliseconds */
  constructor(url: URL, trust: Trust, timeout: number) {
    this.#url = url;
    this.#agent = new Agent({
      ...tlsOptions(trust),
      ...FROM_ENVIRONMENT,
      keepAlive: true,
      maxSockets: 1,
      // A resumed TLS session does not show the server's certificate again.
      maxCachedSessions: 0,
    });
    this.#signal = AbortSignal.timeout(timeout);
  }

  /** @throws what Node throws */
  async post(headers: Record<string, string>, body: string): Promise<Answer> {
    return await new Promise((resolve, reject) => {
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      const options = {
        method: 'POST',
        headers: { ...headers, ...length },
        agent: this.#agent,
        signal: this.#signal,
      };
      const call = request(this.#url, options, (answer) => {
        const socket = answer.socket as TLSSocket;
        const serverCertificate = socket.getPeerCertificate().raw;
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BODY) answer.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString('utf8'),
            socket,
            serverCertificate,
          }),
        );
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
