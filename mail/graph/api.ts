import { text } from 'node:stream/consumers';

import { MailError, isMailError } from '../errors';
import { ATTEMPTS, BACK_OFF, LONGEST_WAIT, pause, tooBusy } from '../exchange/busy';
import { afterLoss, unanswered } from '../exchange/outcomes';
import { retryAfter } from '../http-reply';
import type { HttpsReply } from '../https-connections';
import { slices } from '../slices';
import { notGraph, toMailError } from './errors';
import { errorOf, faultOf, isBusy } from './refusals';
import type { GraphSessionSettings } from './settings';
import type { GraphRequest, GraphTransport } from './transport';

/** The most that a batch takes (https://learn.microsoft.com/graph/json-batching). */
export const BATCH = 20;

/** Ids that stay when a message moves (https://learn.microsoft.com/graph/outlook-immutable-id). */
const IMMUTABLE_IDS = 'IdType="ImmutableId"';

/** One request, alone or in a batch. Its path begins behind the mailbox. */
export interface Call {
  method: GraphRequest['method'];
  path: string;
  body?: object;
  /** A further preference (RFC 7240). */
  prefer?: string;
}

/** A list, of which the rest stands elsewhere. */
interface Page<T> {
  value: T[];
  '@odata.nextLink'?: string;
}

interface Part {
  id: string;
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Requests to one mailbox, and their replies as they are understood. */
export class GraphApi {
  /** Path of the mailbox. */
  private readonly root: string;

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
    return await this.read<T>(await this.transport.send(request, longestWait));
  }

  /** A message as MIME, in base64 as Graph takes it. @throws {MailError} */
  async postMime<T>(path: string, mime: Buffer): Promise<T> {
    const headers = { prefer: preferences(), 'content-type': 'text/plain' };
    const body = mime.toString('base64');
    const reply = await this.transport.send({
      ...{ method: 'POST', path: this.root + path, headers, body, changes: true },
    });
    return await this.read<T>(reply);
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
    const results = new Map<Call, T | MailError>();
    let left = [...calls];
    for (let attempt = 1; left.length > 0; attempt++) {
      const parts = await this.post(left).catch((error: unknown) => {
        if (!isMailError(error) || results.size === 0) throw error;
        return error;
      });
      const again: Part[] = [];
      left = left.filter((call) => {
        const part = isMailError(parts) ? parts : (parts.get(call) ?? this.missing(call));
        if (!isMailError(part) && mayBeRepeated(call, part, attempt)) return again.push(part) > 0;
        results.set(call, this.resultOf<T>(call, part));
        return false;
      });
      if (again.some(({ status }) => status === 401)) this.transport.refuseToken();
      const failure = await this.waitFor(again);
      for (const call of failure ? left.splice(0) : []) results.set(call, failure!);
    }
    return calls.map((call) => results.get(call)!);
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

  private async post(calls: readonly Call[]): Promise<Map<Call, Part>> {
    const requests = calls.map(({ method, path, body, prefer }, index) => ({
      ...{ id: String(index), method, url: this.root + path },
      headers: { Prefer: preferences(prefer), ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body }),
    }));
    const reply = await this.transport.send({
      ...{ method: 'POST', path: '/$batch', headers: JSON_BODY },
      ...{ changes: calls.some(isChange), count: calls.length },
      body: JSON.stringify({ requests }),
    });
    const { responses } = await this.read<{ responses?: Part[] }>(reply);
    if (!Array.isArray(responses)) throw notGraph(this.settings.graph.url);
    return new Map(responses.map((part) => [calls[Number(part.id)]!, part]));
  }

  private resultOf<T>(call: Call, part: Part | MailError): T | MailError {
    if (isMailError(part)) return isChange(call) ? afterLoss(part) : part;
    const { status, body } = part;
    if (status >= 200 && status < 300) return body as T;
    const fault = faultOf(status, body);
    if (isBusy(fault, isChange(call))) return tooBusy(this.settings.graph.url.host);
    return errorOf(fault, isChange(call), this.settings);
  }

  /** For a part that the reply does not speak of. */
  private missing(call: Call): MailError {
    return isChange(call) ? unanswered() : notGraph(this.settings.graph.url);
  }

  /** @returns why there is no use in asking again */
  private async waitFor(parts: readonly Part[]): Promise<MailError | undefined> {
    const wait = Math.max(0, ...parts.map(({ status, headers }) => (status === 401 ? 0 : backOff(headers))));
    if (wait > LONGEST_WAIT) return tooBusy(this.settings.graph.url.host);
    return await pause(wait, this.transport.closeSignal).then(
      () => undefined,
      (error: MailError) => error,
    );
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

const JSON_BODY = { 'content-type': 'application/json' };

const preferences = (...further: Array<string | undefined>): string =>
  [IMMUTABLE_IDS, ...further].filter(Boolean).join(', ');

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

function backOff(headers: Part['headers'] = {}): number {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after') ?? [];
  return retryAfter(value) ?? BACK_OFF;
}

const isChange = ({ method }: Call): boolean => method !== 'GET';

/** What Graph has not looked at: it had no time, or wants another token, which it is given once. */
const mayBeRepeated = (call: Call, { status, body }: Part, attempt: number): boolean =>
  status === 401 ? attempt === 1 : attempt < ATTEMPTS && isBusy(faultOf(status, body), isChange(call));
