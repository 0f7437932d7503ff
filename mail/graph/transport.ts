import type { Login } from '../auth/authenticator';
import { withLogin } from '../auth/with-login';
import { MailError } from '../errors';
import { BACK_OFF, LONGEST_WAIT, connectionClosed, whenNotBusy, type Busy } from '../exchange/busy';
import { uncertain } from '../exchange/outcomes';
import { faultBody, retryAfter } from '../http-reply';
import { HttpsConnections, type HttpsReply, type HttpsRequest } from '../https-connections';
import { assertAllowed, hostOf } from '../network';
import { toMailError } from './errors';
import { faultOf, refusalOf } from './refusals';
import type { GraphSessionSettings } from './settings';
import { AT_ONCE, takeSlots } from './slots';

/** How many times the command timeout a request waits for its turn at the mailbox. */
const PATIENCE = 5;

export interface GraphRequest extends Omit<HttpsRequest, 'url' | 'headers'> {
  /** Behind the version, with its query. */
  path: string;
  headers?: Record<string, string>;
  /** Whether it changes anything, or sends. */
  changes: boolean;
  /** How many requests are in it. */
  count?: number;
}

/**
 * Sends requests to one mailbox: logged in, as many at a time as Graph allows, within the timeouts, and again where
 * Graph was too busy to look at them.
 */
export class GraphTransport {
  readonly #settings: GraphSessionSettings;
  readonly #connections: HttpsConnections;
  readonly #closing = new AbortController();

  constructor(settings: GraphSessionSettings) {
    this.#settings = settings;
    this.#connections = new HttpsConnections(settings.server, AT_ONCE);
  }

  /**
   * The reply to a request that Graph has done, from its first byte; it has to be read or destroyed.
   *
   * @param longestWait milliseconds that a busy server may ask for
   * @throws {MailError}
   */
  async send(request: GraphRequest, longestWait = LONGEST_WAIT): Promise<HttpsReply> {
    const release = await this.take(request.count ?? 1);
    try {
      const reply = await whenNotBusy(async () => await this.attempt(request), {
        ...{ host: this.#settings.graph.url.host, longestWait, signal: this.closeSignal },
      });
      reply.once('close', release);
      return reply;
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Sends a request to the address of an upload session, which holds its own permission: the token is not for it.
   *
   * @throws {MailError}
   */
  async upload(request: HttpsRequest): Promise<HttpsReply> {
    return await whenNotBusy(
      async () => {
        try {
          await this.assertAllowed(request.url);
          return await this.answered(await this.#connections.send(request, this.limits), true);
        } catch (error) {
          throw this.closeSignal.aborted ? connectionClosed() : toMailError(error, request.url);
        }
      },
      { host: request.url.host, longestWait: LONGEST_WAIT, signal: this.closeSignal },
    );
  }

  /** Aborted when this is closed. */
  get closeSignal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends everything, requests in progress too. */
  close(): void {
    this.#closing.abort();
    this.#connections.close();
  }

  private get limits() {
    return { timeout: this.#settings.timeouts.command, signal: this.closeSignal };
  }

  private async take(count: number): Promise<() => void> {
    const { graph, authenticator, timeouts } = this.#settings;
    const mailbox = `${graph.url.host}/${(graph.mailbox ?? authenticator.account).toLowerCase()}`;
    const patience = timeouts.command * PATIENCE;
    try {
      return await takeSlots(mailbox, Math.min(count, AT_ONCE), { patience, signal: this.closeSignal });
    } catch (error) {
      throw this.closeSignal.aborted ? connectionClosed() : error;
    }
  }

  private async attempt({ path, headers, changes, ...rest }: GraphRequest): Promise<HttpsReply | Busy> {
    const { graph, authenticator } = this.#settings;
    const url = new URL(graph.url.href + path);
    try {
      await this.assertAllowed(url);
      return await withLogin(authenticator, this.closeSignal, async (login) => {
        const request = { ...rest, url, headers: { ...headers, ...authorization(login) } };
        return await this.answered(await this.#connections.send(request, this.limits), changes);
      });
    } catch (error) {
      throw this.closeSignal.aborted ? connectionClosed() : toMailError(error, url);
    }
  }

  private async answered(reply: HttpsReply, changes: boolean): Promise<HttpsReply | Busy> {
    const { statusCode: status = 0 } = reply;
    if (status >= 200 && status < 300) return reply;
    const refusal = refusalOf(faultOf(status, parsed(await faultBody(reply))), this.#settings);
    if (isBusy(status)) return { backOff: retryAfter(reply.headers['retry-after']) ?? BACK_OFF, refusal };
    throw changes && isFailure(status) ? failedOver(status) : refusal;
  }

  private async assertAllowed(url: URL): Promise<void> {
    const { server } = this.#settings;
    await assertAllowed({ ...server, host: hostOf(url), port: Number(url.port) || 443 });
  }
}

const authorization = (login: Login): Record<string, string> => {
  if (!('accessToken' in login)) throw new TypeError('Graph takes access tokens only');
  return { authorization: `Bearer ${login.accessToken}`, 'user-agent': 'n8n-nodes-email-session' };
};

/** Too many requests, or no time for any (https://learn.microsoft.com/graph/throttling): nothing was done. */
export const isBusy = (status: number): boolean => status === 429 || status === 503;

/** For a change: a server that failed over it may have made it before. */
export const isFailure = (status: number): boolean => status >= 500;

export const failedOver = (status: number): MailError =>
  uncertain(`Microsoft Graph failed over it (HTTP ${status})`);

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
