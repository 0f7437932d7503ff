import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';

import { tlsOptions, type Trust } from '../network';

// Node 24.5 and later take the proxy for https from HTTPS_PROXY and NO_PROXY, as n8n does.
const FROM_ENVIRONMENT: object = { proxyEnv: process.env };

/**
 * The one https connection of a session, kept between requests: NTLM logs in a connection and not a request,
 * and Exchange allows an account only so many requests at a time. A redirect is not followed: what was sent is
 * a secret, and meant for one server alone.
 */
export class EwsConnection {
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(url: URL, trust: Trust) {
    this.#url = url;
    this.#agent = new Agent({
      ...tlsOptions(trust),
      ...FROM_ENVIRONMENT,
      keepAlive: true,
      maxSockets: 1,
      // A resumed TLS session does not show the server's certificate again, which channel binding needs.
      maxCachedSessions: 0,
    });
  }

  /**
   * Sends a request and answers when the reply begins. Its body has to be read or destroyed.
   *
   * @param timeout milliseconds of silence of the server's that end it, in the body too
   * @throws what Node throws, with the code ESILENCE for silence
   */
  async post(
    headers: Record<string, string>,
    body: Buffer | string,
    { timeout, signal }: { timeout: number; signal?: AbortSignal },
  ): Promise<IncomingMessage & { socket: TLSSocket }> {
    return await new Promise((resolve, reject) => {
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      const call = request(this.#url, {
        method: 'POST',
        headers: { ...headers, ...length },
        agent: this.#agent,
        signal,
        timeout,
      });
      let answer: IncomingMessage | undefined;
      call.on('timeout', () => {
        // What lies there unread is the reader's silence, and not the server's.
        if (answer && answer.readableLength > 0) return;
        call.destroy(Object.assign(new Error('silence'), { code: 'ESILENCE' }));
      });
      call.on('response', (response) => {
        answer = response;
        resolve(response as IncomingMessage & { socket: TLSSocket });
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  /** Ends the connection, a request on it too. */
  close(): void {
    this.#agent.destroy();
  }
}
