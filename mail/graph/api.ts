import { text } from 'node:stream/consumers';

import type { MailError } from '../errors';
import type { HttpsReply } from '../https-connections';
import { slices } from '../slices';
import { runBatch } from './batch';
import { JSON_BODY, isChange, preferences, type Call } from './call';
import { notGraph, toMailError } from './errors';
import type { GraphSessionSettings } from './settings';
import type { GraphRequest, GraphTransport } from './transport';

/** The most that a batch takes (https://learn.microsoft.com/graph/json-batching). */
export const BATCH = 20;

/** A list, of which the rest stands elsewhere. */
interface Page<T> {
  value: T[];
  '@odata.nextLink'?: string;
}

/** Requests to one mailbox, and their replies as they are understood. */
export class GraphApi {
  /** Path of the mailbox. */
  readonly root: string;

  constructor(
    readonly settings: GraphSessionSettings,
    readonly transport: GraphTransport,
  ) {
    const { mailbox } = settings.graph;
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

  /** A message as MIME, in base64 as Graph takes it. @throws {MailError} */
  async postMime<T>(path: string, mime: Buffer): Promise<T> {
    const headers = { prefer: preferences(), 'content-type': 'text/plain' };
    const body = mime.toString('base64');
    return await this.json<T>({ method: 'POST', path: this.root + path, headers, body, changes: true });
  }

  /** The reply as it comes. It has to be read or destroyed. @throws {MailError} */
  async open(path: string): Promise<HttpsReply> {
    return await this.get(this.root + path);
  }

  /** A list, a page for each request. @throws {MailError} */
  async *pages<T>(path: string): AsyncGenerator<T[]> {
    const { url } = this.settings.graph;
    for (let next: string | undefined = this.root + path; next !== undefined; ) {
      const page: Page<T> = await this.read(await this.get(next));
      if (!Array.isArray(page.value)) throw notGraph(url);
      yield page.value;
      next = pathBehind(url, page['@odata.nextLink']);
    }
  }

  /**
   * At most 20 requests in one, of which each has its result or its error, in the same order. Parts that Graph was too
   * busy for are sent again.
   *
   * @throws {MailError} only where nothing was done
   */
  async batch<T = unknown>(calls: readonly Call[]): Promise<Array<T | MailError>> {
    return await runBatch<T>(this, calls);
  }

  /** The same for any number of requests that only read. @throws {MailError} */
  async batches<T = unknown>(calls: readonly Call[]): Promise<Array<T | MailError>> {
    const results: Array<T | MailError> = [];
    for (const slice of slices(calls, BATCH)) results.push(...(await this.batch<T>(slice)));
    return results;
  }

  private async get(path: string): Promise<HttpsReply> {
    return await this.transport.send({
      ...{ method: 'GET', path, headers: { prefer: preferences() }, changes: false },
    });
  }

  /** A request whose path begins with the mailbox, and its reply. @throws {MailError} */
  async json<T>(request: GraphRequest, longestWait?: number): Promise<T> {
    return await this.read<T>(await this.transport.send(request, longestWait));
  }

  private async read<T>(reply: HttpsReply): Promise<T> {
    const { url } = this.settings.graph;
    const body = await text(reply).catch((error: unknown) => {
      throw toMailError(error, url);
    });
    // Such as 202 and 204, which say no more.
    if (body === '' && reply.statusCode !== 200) return undefined as T;
    try {
      const value: unknown = JSON.parse(body);
      if (typeof value === 'object' && value !== null) return value as T;
    } catch {
      // Told below.
    }
    throw notGraph(url);
  }
}

/**
 * A page's link leads to another host only by mistake or malice, so that only its path is followed.
 *
 * @throws {MailError} NOT_A_MAIL_SERVER
 */
function pathBehind(url: URL, link: string | undefined): string | undefined {
  if (link === undefined) return undefined;
  if (!URL.canParse(link)) throw notGraph(url);
  const { pathname, search } = new URL(link);
  const behind = pathname.startsWith(url.pathname) ? pathname.slice(url.pathname.length) : pathname;
  return behind + search;
}
