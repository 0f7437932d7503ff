import { isMailError, type MailError } from '../errors';
import { chunk } from '../chunk';
import { runBatch } from './batch';
import type { Call } from './call';
import { notGraph } from './errors';
import { listPages, type ListPage } from './list-pages';
import { GraphRequests } from './requests';

/** Maximum number of requests in a batch (https://learn.microsoft.com/graph/json-batching). */
export const BATCH = 20;

/** One page of a list, with the link to the next, or to the changes after it. */
export interface Page<T> {
  value: T[];
  /** Of the whole list, if it was asked for. */
  '@odata.count'?: number;
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
}

interface PagesOptions<T> {
  /** The first page, if it was read before. */
  first?: Page<T> | undefined;
  /** Gives a page that Graph refused in another way. Its path is with the mailbox's own path. */
  orElse?: (path: string, error: MailError) => Promise<Page<T>>;
}

/** Requests to one mailbox: single requests, lists and batches. */
export class GraphApi extends GraphRequests {
  /**
   * The pages of a list, as `listPages` gives them.
   *
   * @throws {MailError}
   */
  async *pages<T extends { id: string }>(
    path: string,
    { first, orElse }: PagesOptions<T> = {},
  ): AsyncGenerator<T[]> {
    const orThrow = async (at: string, error: unknown): Promise<Page<T>> => {
      if (orElse && isMailError(error)) return await orElse(at, error);
      throw error;
    };
    yield* listPages<T>({
      path: this.root + path,
      read: async (at) =>
        this.listed(await this.page<T>(at).catch(async (error: unknown) => await orThrow(at, error))),
      ...(first && { first: this.listed(first) }),
    });
  }

  /** One page of a list. @param path with the mailbox's own path @throws {MailError} */
  async page<T extends { id: string }>(path: string): Promise<Page<T>> {
    const page: Page<T> = await this.read(await this.get(path, pageSize(path)), false);
    if (!isListed(page.value)) throw notGraph(this.context.graph.url);
    return page;
  }

  /** @throws {MailError} NOT_A_MAIL_SERVER */
  private listed<T extends { id: string }>(page: Page<T>): ListPage<T> {
    const { url } = this.context.graph;
    if (!isListed(page.value)) throw notGraph(url);
    return {
      value: page.value,
      next: pathBehind(url, page['@odata.nextLink']),
      count: page['@odata.count'],
    };
  }

  /** The first pages of several lists, 20 with one request, or the error for each. @throws {MailError} */
  async firstPages<T extends { id: string }>(paths: readonly string[]): Promise<Array<Page<T> | MailError>> {
    return await this.batches<Page<T>>(
      paths.map((path): Call => ({ method: 'GET', path, prefer: pageSize(path) })),
    );
  }

  /**
   * One page of the changes in a list, and where to continue: at once, or after the last page at any later time.
   *
   * @param path with the mailbox's own path, such as a link from the last page
   * @param size preferred number of entries
   * @throws {MailError}
   */
  async deltaPage<T extends { id: string }>(
    path: string,
    size: number,
  ): Promise<{ value: T[]; link: string; isLast: boolean }> {
    const { url } = this.context.graph;
    const page: Page<T> = await this.read(await this.get(path, `odata.maxpagesize=${size}`), false);
    const next = page['@odata.nextLink'];
    const link = pathBehind(url, next ?? page['@odata.deltaLink']);
    if (!isListed(page.value) || link === undefined) throw notGraph(url);
    return { value: page.value, link, isLast: next === undefined };
  }

  /**
   * Sends up to 20 requests in one, and returns the result or error of each, in order. Requests that Graph was too busy
   * to process are repeated.
   *
   * @throws {MailError} only if nothing was done
   */
  async batch<T = unknown>(calls: readonly Call[]): Promise<Array<T | MailError>> {
    return await runBatch<T>(this, calls);
  }

  /** The same for any number of read-only requests. @throws {MailError} */
  async batches<T = unknown>(calls: readonly Call[]): Promise<Array<T | MailError>> {
    const results: Array<T | MailError> = [];
    for (const slice of chunk(calls, BATCH)) results.push(...(await this.batch<T>(slice)));
    return results;
  }
}

/**
 * The path of a page's link. Only the path is used, because a different host would be an error or an attack.
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

/** Some lists take the size of a page as a preference only (https://learn.microsoft.com/graph/paging). */
function pageSize(path: string): string | undefined {
  const [, size] = /[?&](?:\$|%24)top=(\d+)/.exec(path) ?? [];
  return size && `odata.maxpagesize=${size}`;
}

/** Whether it is a list of resources: each has an id. */
const isListed = (value: ReadonlyArray<{ id: string }>): boolean =>
  Array.isArray(value) && value.every((one: { id?: unknown }) => typeof one.id === 'string');
