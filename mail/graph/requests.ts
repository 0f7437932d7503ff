import { readReply } from '../exchange/read-reply';
import type { HttpsReply } from '../net/https-client';
import { JSON_BODY, isChange, preferences, type Call } from './call';
import { isNotFromGraph, notGraph, toMailError } from './errors';
import type { GraphContext } from './refusals';
import type { GraphRequest, GraphTransport } from './transport';
import { parseReply } from './reply-json';

/** Sends single requests to one mailbox and parses their replies. */
export class GraphRequests {
  /** Path of the mailbox. */
  readonly root: string;

  constructor(
    readonly context: GraphContext,
    readonly transport: GraphTransport,
  ) {
    const { mailbox } = context.graph;
    this.root = mailbox ? `/users/${encodeURIComponent(mailbox)}` : '/me';
  }

  /** @throws {MailError} */
  async call<T>(call: Call, longestWait?: number): Promise<T> {
    const { method, path, body, prefer } = call;
    const request: GraphRequest = {
      ...{ method, path: this.root + path, changes: isChange(call) },
      headers: { prefer: preferences(prefer), ...(body && JSON_BODY) },
      body: body && JSON.stringify(body),
    };
    return await this.json<T>(request, longestWait);
  }

  /** Posts a message as MIME, base64-encoded as Graph requires. @throws {MailError} */
  async postMime<T>(path: string, mime: Buffer): Promise<T> {
    const headers = { prefer: preferences(), 'content-type': 'text/plain' };
    const body = mime.toString('base64');
    return await this.json<T>({ method: 'POST', path: this.root + path, headers, body, changes: true });
  }

  /** The reply as a stream. The caller must read or destroy it. @throws {MailError} */
  async open(path: string): Promise<HttpsReply> {
    const reply = await this.get(this.root + path);
    if (!isNotFromGraph(reply)) return reply;
    reply.destroy();
    throw notGraph(this.context.graph.url);
  }

  /** @param prefer a further preference (RFC 7240) */
  protected async get(path: string, prefer?: string): Promise<HttpsReply> {
    return await this.transport.send({
      ...{ method: 'GET', path, headers: { prefer: preferences(prefer) }, changes: false },
    });
  }

  /** A request with the full path of the mailbox, and its parsed reply: empty if it has none. @throws {MailError} */
  async json<T>(request: GraphRequest, longestWait?: number): Promise<T> {
    return await this.read<T>(await this.transport.send(request, longestWait), request.changes);
  }

  protected async read<T>(reply: HttpsReply, changes: boolean): Promise<T> {
    const { url } = this.context.graph;
    const value = await readReply(
      reply,
      // For example 202 and 204, which have no body.
      (body) => (body === '' && reply.statusCode !== 200 ? {} : parsed(body)),
      { host: url.host, changes },
    ).catch((error: unknown) => {
      throw toMailError(error, url);
    });
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
    throw notGraph(url);
  }
}

/** Undefined if it is no JSON. */
function parsed(body: string): unknown {
  try {
    return parseReply(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
