import type { IncomingMessage } from 'node:http';

import type { Login } from '../auth/authenticator';
import { withLogin } from '../auth/with-login';
import { BACK_OFF, LONGEST_WAIT, connectionClosed, whenNotBusy, type Busy } from '../exchange/busy';
import { uncertain } from '../exchange/batch-result';
import { ReplyFailed } from '../exchange/reply-failed';
import { leavesOpen } from '../exchange/response-codes';
import { HttpsClient } from '../net/https-client';
import { assertAllowed } from '../net/outbound-policy';
import { GOODBYE_TIMEOUT } from '../net/unused-connection';
import type { Traffic } from '../net/traffic';
import { USER_AGENT } from '../net/user-agent';
import { Mutex } from '../async/mutex';
import { authenticationFor, type Authentication } from './authentication';
import { toMailError } from './errors';
import { readFault, type Fault } from './fault';
import { replyRefused } from './reply-errors';
import { requestTooLarge } from './refusals';
import type { LocatedEwsSettings } from '../account/session-settings';

interface PostOptions {
  /** Whether the request changes something or sends a message. */
  changes: boolean;
  /** The longest time to wait for a busy server, in milliseconds. */
  longestWait?: number;
}

/** Headers of every request to Exchange. */
export const HEADERS = {
  'content-type': 'text/xml; charset=utf-8',
  accept: 'text/xml',
  'user-agent': USER_AGENT,
};

/**
 * Sends SOAP requests to one mailbox. Handles the login, sends one request at a time, enforces the timeouts, and
 * repeats requests that the server was too busy to process.
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
    // One connection: NTLM logs in a connection, not a request, and Exchange limits an account's concurrent requests.
    this.#connection = new HttpsClient(settings.server, 1);
    this.#authentication = authenticationFor(settings);
  }

  /**
   * The reply to a request, from its first byte. It must be read or destroyed. The next request waits for its end.
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

  get traffic(): Traffic {
    return this.#connection.traffic;
  }

  /** Whether nothing is in progress, so that the connection can be kept. */
  async rest(): Promise<boolean> {
    return await this.#connection.isQuiet(GOODBYE_TIMEOUT);
  }

  /** Closes everything, including a request in progress. */
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
        const backOff = waitFor(fault, changes);
        if (backOff !== undefined) return { backOff };
        if (isTooLarge(fault, body)) throw requestTooLarge(ews.url, fault.status, body.length);
        const refusal = replyRefused(fault, this.#settings, secretsOf(login));
        if (!isOpen(fault)) throw refusal;
        throw changes
          ? uncertain(`${ews.url.host} failed (${fault.code ?? `HTTP ${fault.status}`})`)
          : new ReplyFailed(refusal);
      });
    } catch (error) {
      if (signal.aborted) throw connectionClosed();
      throw toMailError(error, ews.url);
    }
  }

  private headers(login: Login, authorization: string | undefined): Record<string, string> {
    // The user of a token is an email address; the user of a password may not be.
    const mailbox = this.#settings.ews.mailbox ?? ('accessToken' in login ? login.user : undefined);
    return {
      ...HEADERS,
      ...(authorization && { authorization }),
      // Routes the request to the server that holds the mailbox.
      ...(mailbox && { 'x-anchormailbox': mailbox }),
    };
  }
}

/** Smaller requests are not too large for any server. Bytes. */
const LARGE = 1024 * 1024;

/** Whether the request was refused for its size, at an address where EWS is: it was logged in to before. */
const isTooLarge = ({ status }: Fault, { length }: Buffer | string): boolean =>
  status === 413 || (status === 404 && length > LARGE);

/** Codes of the schema (ResponseCodeType): too many requests by everyone, or by this account. */
const BUSY = ['ErrorServerBusy', 'ErrorExceededConnectionCount'];

/** The request itself was wrong (SOAP 1.1 section 4.4.1, SOAP 1.2 section 5.4.6). */
const WRONG_REQUEST = ['Client', 'Sender'];

/**
 * Whether it is unknown if a server, or a gateway in front of it, processed a request before it failed. A fault may have a
 * code that is not Exchange's own, such as InternalServiceFault.
 */
function isOpen({ status, code }: Fault): boolean {
  if (code?.startsWith('Error')) return leavesOpen(code);
  return !WRONG_REQUEST.includes(code ?? '') && (status === 408 || status >= 500);
}

/**
 * How long to wait for a busy server; undefined if it is not busy. A gateway that says 503 may have forwarded the request:
 * some name a time also after a server behind them failed, such as Varnish (builtin.vcl, vcl_backend_error). So it is not
 * enough for a change.
 */
function waitFor({ status, code, backOff, retryAfter }: Fault, changes: boolean): number | undefined {
  if (code && BUSY.includes(code)) return backOff ?? BACK_OFF;
  return status === 429 || (status === 503 && retryAfter !== undefined && !changes)
    ? (retryAfter ?? BACK_OFF)
    : undefined;
}

/** The login's secrets that a server might repeat in its errors: as sent, or URL-encoded. */
export function secretsOf(login: Login): string[] {
  const secrets =
    'accessToken' in login
      ? [login.accessToken]
      : [login.pass, Buffer.from(`${login.user}:${login.pass}`).toString('base64')];
  return secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]);
}
