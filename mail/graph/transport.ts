import type { Login } from '../auth/authenticator';
import { withLogin } from '../auth/with-login';
import { BACK_OFF, LONGEST_WAIT, connectionClosed, whenNotBusy, type Busy } from '../exchange/busy';
import { faultBody, retryAfter } from '../net/https-reply';
import { HttpsClient, type HttpsReply, type HttpsRequest } from '../net/https-client';
import { httpsServer } from '../net/host-and-port';
import { assertAllowed } from '../net/outbound-policy';
import { GOODBYE_TIMEOUT } from '../net/unused-connection';
import type { Traffic } from '../net/traffic';
import { USER_AGENT } from '../net/user-agent';
import { isNotFromGraph, notGraph, notPassedOn, toMailError } from './errors';
import { contextOf, errorOf, faultOf, isBusy } from './refusals';
import type { GraphSessionSettings } from '../account/session-settings';
import { patienceFor } from '../async/mutex';
import { AT_ONCE, takeSlots } from './request-limit';
import { parseReply } from './reply-json';

/** The part of the connect timeout that a login may wait for its turn. */
const LOGIN_PATIENCE = 0.8;

export interface GraphRequest extends Omit<HttpsRequest, 'url' | 'headers'> {
  /** Relative to the version, including the query. */
  path: string;
  headers?: Record<string, string>;
  /** Whether the request changes something or sends a message. */
  changes: boolean;
  /** The number of requests in a batch. */
  count?: number;
}

/**
 * Sends requests to one mailbox. Handles the login, respects Graph's limit on concurrent requests, enforces the
 * timeouts, and repeats requests that Graph was too busy to process.
 */
export class GraphTransport {
  readonly #settings: GraphSessionSettings;
  readonly #connections: HttpsClient;
  readonly #closing = new AbortController();
  /** The token of the last request, and one that Graph refused within a batch. */
  #token?: string;
  #refused?: string;

  constructor(settings: GraphSessionSettings) {
    this.#settings = settings;
    this.#connections = new HttpsClient(settings.server, AT_ONCE);
  }

  /**
   * The reply to a successful request, from its first byte. It must be read or destroyed.
   *
   * @param longestWait the longest time to wait for a busy server, in milliseconds
   * @throws {MailError}
   */
  async send(request: GraphRequest, longestWait = LONGEST_WAIT): Promise<HttpsReply> {
    const { graph, timeouts } = this.#settings;
    // A request that does not wait for a busy server does not wait long for other requests either.
    const patience = longestWait > 0 ? patienceFor(timeouts.command) : timeouts.connect * LOGIN_PATIENCE;
    return await whenNotBusy(async () => await this.inTurn(request, patience), {
      ...{ host: graph.url.host, longestWait, signal: this.closeSignal },
    });
  }

  /**
   * Sends a request to the URL of an upload session. The URL includes its own authorization, so the token must not be
   * sent.
   *
   * @throws {MailError}
   */
  async upload(request: HttpsRequest): Promise<HttpsReply> {
    return await whenNotBusy(
      async () => {
        try {
          await this.assertAllowed(request.url);
          // If it fails, the whole message is deleted.
          return await this.answered(await this.#connections.send(request, this.limits), false);
        } catch (error) {
          throw this.closeSignal.aborted ? connectionClosed() : toMailError(error, request.url);
        }
      },
      { host: request.url.host, longestWait: LONGEST_WAIT, signal: this.closeSignal },
    );
  }

  /** Makes later requests use a new token. A refusal within a batch does not show in the status of the reply. */
  refuseToken(): void {
    this.#refused = this.#token;
  }

  /** Aborted when this is closed. */
  get closeSignal(): AbortSignal {
    return this.#closing.signal;
  }

  get traffic(): Traffic {
    return this.#connections.traffic;
  }

  /** Whether nothing is in progress, so that the connections can be kept. */
  async rest(): Promise<boolean> {
    this.#token = this.#refused = undefined;
    return await this.#connections.isQuiet(GOODBYE_TIMEOUT);
  }

  /** Closes everything, including requests in progress. */
  close(): void {
    this.#closing.abort();
    this.#connections.close();
  }

  private get limits() {
    return { timeout: this.#settings.timeouts.command, signal: this.closeSignal };
  }

  /** Releases its turn between attempts, so that others can use the mailbox. */
  private async inTurn(request: GraphRequest, patience: number): Promise<HttpsReply | Busy> {
    const { graph, authenticator } = this.#settings;
    const mailbox = `${graph.url.host}/${(graph.mailbox ?? authenticator.account).toLowerCase()}`;
    const count = Math.min(request.count ?? 1, AT_ONCE);
    const release = await takeSlots(mailbox, count, { patience, signal: this.closeSignal }).catch(
      (error: unknown) => {
        throw this.closeSignal.aborted ? connectionClosed() : error;
      },
    );
    try {
      const result = await this.attempt(request);
      if ('backOff' in result) release();
      else result.once('close', release);
      return result;
    } catch (error) {
      release();
      throw error;
    }
  }

  private async attempt({ path, headers, changes, ...rest }: GraphRequest): Promise<HttpsReply | Busy> {
    const { graph, authenticator } = this.#settings;
    const url = new URL(graph.url.href + path);
    try {
      await this.assertAllowed(url);
      return await withLogin(
        authenticator,
        this.closeSignal,
        async (login) => {
          this.#token = tokenOf(login);
          const request = { ...rest, url, headers: { ...headers, ...headersFor(this.#token) } };
          return await this.answered(await this.#connections.send(request, this.limits), changes);
        },
        this.#refused,
      );
    } catch (error) {
      throw this.closeSignal.aborted ? connectionClosed() : toMailError(error, url);
    }
  }

  private async answered(reply: HttpsReply, changes: boolean): Promise<HttpsReply | Busy> {
    const { statusCode: status = 0 } = reply;
    if (status >= 200 && status < 300) return reply;
    const fault = faultOf(status, parsed(await faultBody(reply)), reply.headers['www-authenticate']);
    if (isBusy(fault, changes)) {
      return { backOff: retryAfter(reply.headers['retry-after'], reply.headers.date) ?? BACK_OFF };
    }
    // A token that was refused is replaced first. What fails may not do so the next time.
    if (status < 500 && status !== 401 && isNotFromGraph(reply)) {
      throw changes ? notPassedOn(this.#settings.graph.url) : notGraph(this.#settings.graph.url);
    }
    throw errorOf(fault, changes, contextOf(this.#settings));
  }

  private async assertAllowed(url: URL): Promise<void> {
    const { server } = this.#settings;
    await assertAllowed({ ...server, ...httpsServer(url) });
  }
}

const headersFor = (accessToken: string): Record<string, string> => ({
  authorization: `Bearer ${accessToken}`,
  'user-agent': USER_AGENT,
});

function tokenOf(login: Login): string {
  if ('accessToken' in login) return login.accessToken;
  throw new TypeError('Graph takes access tokens only');
}

function parsed(body: string): unknown {
  try {
    return parseReply(body);
  } catch {
    return undefined;
  }
}
