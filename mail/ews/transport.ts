import type { IncomingMessage } from 'node:http';

import type { Login } from '../auth/authenticator';
import { withLogin } from '../auth/with-login';
import { BACK_OFF, LONGEST_WAIT, connectionClosed, whenNotBusy, type Busy } from '../exchange/busy';
import { uncertain } from '../exchange/batch-result';
import { HttpsClient } from '../net/https-client';
import { assertAllowed } from '../net/outbound-policy';
import { USER_AGENT } from '../net/user-agent';
import { Mutex } from '../async/mutex';
import { authenticationFor, type Authentication } from './authentication';
import { toMailError } from './errors';
import { readFault, type Fault } from './fault';
import { replyRefused } from './reply-errors';
import type { LocatedEwsSettings } from '../account/session-settings';

interface PostOptions {
  /** Whether the request changes anything, or sends. */
  changes: boolean;
  /** Milliseconds that a busy server may ask for. */
  longestWait?: number;
}

/** Of every request to Exchange. */
export const HEADERS = {
  'content-type': 'text/xml; charset=utf-8',
  accept: 'text/xml',
  'user-agent': USER_AGENT,
};

/**
 * Sends SOAP requests to one mailbox: logged in, one at a time, within the timeouts, and again where the server
 * was too busy to look at them.
 */
export class EwsTransport {
  readonly #settings: LocatedEwsSettings;
  readonly #connection: HttpsClient;
  readonly #authentication: Authentication;
  readonly #closing = new AbortController();
  private readonly turn: Mutex;

  constructor(settings: LocatedEwsSettings) {
    this.#settings = settings;
    this.turn = new Mutex(settings.timeouts.command);
    // One: NTLM logs in a connection and not a request, and Exchange allows an account only so many requests at a time.
    this.#connection = new HttpsClient(settings.server, 1);
    this.#authentication = authenticationFor(settings);
  }

  /**
   * The reply to a request, from its first byte; it has to be read or destroyed. The next request waits for
   * its end.
   *
   * @throws {MailError}
   */
  async post(
    body: Buffer | string,
    { changes, longestWait = LONGEST_WAIT }: PostOptions,
  ): Promise<IncomingMessage> {
    const release = await this.turn.take();
    try {
      const reply = await whenNotBusy(async () => await this.attempt(body, changes), {
        ...{ host: this.#settings.ews.url.host, longestWait, signal: this.closeSignal },
      });
      reply.once('close', release);
      return reply;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Aborted when this is closed. */
  get closeSignal(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends everything, a request in progress too. */
  close(): void {
    this.#closing.abort();
    this.#connection.close();
  }

  private async attempt(body: Buffer | string, changes: boolean): Promise<IncomingMessage | Busy> {
    const { ews, authenticator, server } = this.#settings;
    const signal = this.#closing.signal;
    try {
      await assertAllowed(server);
      return await withLogin(authenticator, signal, async (login) => {
        const post = async (authorization: string | undefined, content: Buffer | string) =>
          await this.#connection.send(
            { method: 'POST', url: ews.url, headers: this.headers(login, authorization), body: content },
            { timeout: this.#settings.timeouts.command, signal },
          );
        const reply = await this.#authentication(post, login, body);
        if (reply.statusCode === 200) return reply;
        const fault = await readFault(reply);
        const refusal =
          changes && isOpen(fault)
            ? uncertain(`${ews.url.host} failed (HTTP ${fault.status})`)
            : replyRefused(fault, this.#settings, secretsOf(login));
        const backOff = waitFor(fault);
        return backOff === undefined ? await Promise.reject(refusal) : { backOff, refusal };
      });
    } catch (error) {
      if (signal.aborted) throw connectionClosed();
      throw toMailError(error, ews.url);
    }
  }

  private headers(login: Login, authorization: string | undefined): Record<string, string> {
    // The user of a token is an address; that of a password need not be.
    const mailbox = this.#settings.ews.mailbox ?? ('accessToken' in login ? login.user : undefined);
    return {
      ...HEADERS,
      ...(authorization && { authorization }),
      // Sends the request to the server that holds the mailbox.
      ...(mailbox && { 'x-anchormailbox': mailbox }),
    };
  }
}

/** Of the schema (ResponseCodeType): too much is asked for by everybody, or by this account. */
const BUSY = ['ErrorServerBusy', 'ErrorExceededConnectionCount'];

/** Whether nobody knows what a server, or a gateway before it, has done with a request that it failed over. */
const isOpen = ({ status, code }: Fault): boolean => code === undefined && (status === 408 || status >= 500);

/** How long a busy server is to be left alone; undefined for one that is not busy. */
function waitFor({ status, code, backOff, retryAfter }: Fault): number | undefined {
  if (code && BUSY.includes(code)) return backOff ?? BACK_OFF;
  // A gateway that names no time may have passed the request on.
  return status === 429 || (status === 503 && retryAfter !== undefined)
    ? (retryAfter ?? BACK_OFF)
    : undefined;
}

/** A careless server shows the login in its errors: as it was sent, or as a URL has it. */
export function secretsOf(login: Login): string[] {
  const secrets =
    'accessToken' in login
      ? [login.accessToken]
      : [login.pass, Buffer.from(`${login.user}:${login.pass}`).toString('base64')];
  return secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]);
}
