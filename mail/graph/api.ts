import { MailError } from '../errors';
import { chunk } from '../chunk';
import { runBatch } from './batch';
import type { Call } from './call';
import { notGraph } from './errors';
import { GraphRequests } from './requests';

/** The most that a batch takes (https://learn.microsoft.com/graph/json-batching). */
export const BATCH = 20;

/** More than any mailbox has: a page may be empty, and still not be the last. */
const MOST_PAGES = 20_000;

/** A list, of which the rest stands elsewhere. */
interface Page<T> {
  value: T[];
  '@odata.nextLink'?: string;
}

/** Requests to one mailbox: single ones, lists and batches. */
export class GraphApi extends GraphRequests {
  /** A list, a page for each request. @throws {MailError} */
  async *pages<T>(path: string): AsyncGenerator<T[]> {
    const { url } = this.context.graph;
    const followed = new Set<string>();
    for (let next: string | undefined = this.root + path; next !== undefined; ) {
      if (followed.has(next) || followed.size >= MOST_PAGES) throw endless(path);
      followed.add(next);
      const page: Page<T> = await this.read(await this.get(next), false);
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
    for (const slice of chunk(calls, BATCH)) results.push(...(await this.batch<T>(slice)));
    return results;
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

const endless = (path: string): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `Microsoft Graph keeps sending the same part of a list and not the rest (${path.split('?')[0]!})`,
    'Run the workflow again. If it always happens, use more filters or a smaller limit.',
  );
