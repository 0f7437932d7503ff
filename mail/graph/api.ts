import { isMailError, type MailError } from '../errors';
import { NewOnPages } from '../exchange/new-on-pages';
import { chunk } from '../chunk';
import { runBatch } from './batch';
import type { Call } from './call';
import { notGraph } from './errors';
import { GraphRequests } from './requests';

/** Maximum number of requests in a batch (https://learn.microsoft.com/graph/json-batching). */
export const BATCH = 20;

/** Graph may send empty pages before the rest of a list, but not this many in a row. */
const MOST_EMPTY = 100;

/** One page of a list, with the link to the next, or to the changes after it. */
export interface Page<T> {
  value: T[];
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
}

/** Requests to one mailbox: single requests, lists and batches. */
export class GraphApi extends GraphRequests {
  /**
   * The pages of a list, one request each, with what is new on each.
   *
   * @param first the first page, if it was read before
   * @param restAfter the path of the rest of the list behind an entry, in place of Graph's link to the next page: that
   *   counts the entries before it, so that some are skipped if others are deleted in the meantime
   * @throws {MailError}
   */
  async *pages<T extends { id: string }>(
    path: string,
    { first, restAfter }: { first?: Page<T>; restAfter?: (last: T) => string | undefined } = {},
  ): AsyncGenerator<T[]> {
    const { url } = this.context.graph;
    const followed = new Set<string>();
    const news = new NewOnPages(`the list ${path.split('?')[0]!}`, MOST_EMPTY);
    const read = async (next: string): Promise<Page<T>> => {
      if (followed.has(next)) throw news.repeats();
      followed.add(next);
      return followed.size === 1 && first
        ? first
        : await this.read(await this.get(next, pageSize(next)), false);
    };
    let link: string | undefined = this.root + path;
    let rest: string | undefined;
    while (link !== undefined) {
      const [page, fresh]: [Page<T>, T[]] = await fromHere(link, rest);
      yield fresh;
      link = pathBehind(url, page['@odata.nextLink']);
      const last = page.value.at(-1);
      const behind = link !== undefined && fresh.length > 0 && last ? restAfter?.(last) : undefined;
      rest = behind && this.root + behind;
    }

    /** Graph's own link is followed if it refuses the other one, or if that brings nothing new. */
    async function fromHere(next: string, own: string | undefined): Promise<[Page<T>, T[]]> {
      if (own !== undefined && !followed.has(own)) {
        const page = await read(own).catch((error: unknown) => {
          if (isMailError(error, 'NOT_SUPPORTED', 'INVALID_INPUT')) return undefined;
          throw error;
        });
        const fresh = page && taken(page);
        if (page && fresh && (fresh.length > 0 || page['@odata.nextLink'] === undefined))
          return [page, fresh];
      }
      const page = await read(next);
      return [page, taken(page)];
    }

    function taken(page: Page<T>): T[] {
      if (!isListed(page.value)) throw notGraph(url);
      return news.take(page.value, ({ id }) => id);
    }
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
