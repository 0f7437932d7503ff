import { listWithoutEnd, NewOnPages } from '../exchange/new-on-pages';
import { pagesByOffset } from '../exchange/pages-by-offset';

/** Graph may send empty pages before the rest of a list, but not this many in a row. */
const MOST_EMPTY = 100;
/** Entries on a page (https://learn.microsoft.com/graph/api/user-list-messages). */
const LARGEST_PAGE = 1000;

/** One page of a list, and the path of the next one. */
export interface ListPage<T> {
  value: readonly T[];
  next?: string;
  /** The number of entries in the list. */
  count?: number;
}

interface PagedRequest<T> {
  /** Of the first page. */
  path: string;
  read(path: string): Promise<ListPage<T>>;
  /** The first page, if it was read before. */
  first?: ListPage<T>;
}

/**
 * The pages of a list, one request each, with what is new on each. Graph counts the entries of most lists from the
 * beginning ($skip), as `pagesByOffset` expects. For the results of a $search, it has tokens.
 *
 * Sometimes Graph gives no link although more follows, in large mailboxes
 * (https://github.com/microsoftgraph/microsoft-graph-docs/issues/2153). So each page but the first is asked for the number of
 * entries too, and the list goes on until there.
 *
 * The reference warns of computing with the $skip of a link, because it may count entries that are not given. Here, it only
 * says where to look: what a page begins with decides whether something was passed over.
 *
 * @throws {MailError}
 */
export async function* listPages<T extends { id: string }>(request: PagedRequest<T>): AsyncGenerator<T[]> {
  const { path, read } = request;
  const first = request.first ?? (await read(path));
  const isCounted = first.next === undefined || skipIn(first.next) !== undefined;
  yield* (isCounted ? byOffset : byToken)({ path, read, first });
}

async function* byOffset<T extends { id: string }>(request: Required<PagedRequest<T>>): AsyncGenerator<T[]> {
  const { path, read } = request;
  let first: ListPage<T> | undefined = request.first;
  let link = first.next ?? path;
  yield* pagesByOffset<T>({
    ...{ name: nameOf(path), idOf: ({ id }) => id, mostIdle: MOST_EMPTY },
    read: async (offset, overlap) => {
      const page = first ?? (await read(offset === 0 ? path : counted(pathAt(link, offset, overlap))));
      first = undefined;
      link = page.next ?? link;
      const at = link;
      const { value, next } = await withRest(page, offset, topIn(at), async (position) =>
        read(counted(pathAt(at, position, 0))),
      );
      link = next ?? link;
      // Behind the last page, a link without a number leads nowhere.
      return { entries: value, ...(next !== undefined && { next: skipIn(next) ?? 0 }) };
    },
  });
}

/**
 * A page without a link, and what is behind it although it has none, up to the next page with a link. The list may count
 * entries that it does not give, so it is no error if nothing more comes.
 *
 * @param top entries on a page
 */
async function withRest<T>(
  page: ListPage<T>,
  offset: number,
  top: number,
  readAt: (position: number) => Promise<ListPage<T>>,
): Promise<ListPage<T>> {
  const value = [...page.value];
  let { next } = page;
  let position = offset + value.length;
  for (let tries = 0; next === undefined && position < (page.count ?? 0) && tries < MOST_EMPTY; tries++) {
    const more = await readAt(position);
    value.push(...more.value);
    next = more.next;
    position += top;
  }
  return { value, next };
}

async function* byToken<T extends { id: string }>(request: Required<PagedRequest<T>>): AsyncGenerator<T[]> {
  const { path, read, first } = request;
  const news = new NewOnPages(nameOf(path), MOST_EMPTY);
  const followed = new Set<string>();
  for (let page = first; ; ) {
    yield news.take(page.value, ({ id }) => id);
    if (page.next === undefined) return;
    if (followed.has(page.next)) throw listWithoutEnd(nameOf(path));
    followed.add(page.next);
    page = await read(page.next);
  }
}

const nameOf = (path: string): string => `the list ${path.split('?')[0]!}`;

const SKIP = /([?&](?:\$|%24)skip=)(\d+)/i;
const COUNT = /[?&](?:\$|%24)count=/i;
const TOP = /([?&](?:\$|%24)top=)(\d+)/i;

const skipIn = (link: string): number | undefined => {
  const [, , skip] = SKIP.exec(link) ?? [];
  return skip === undefined ? undefined : Number(skip);
};

/** Entries on a page, as it was asked for. */
const topIn = (link: string): number => Number(TOP.exec(link)?.[2] ?? LARGEST_PAGE);

/** Only messages have lists so long. */
const counted = (path: string): string =>
  /\/messages\?/.test(path) && !COUNT.test(path) ? `${path}&$count=true` : path;

/** The page at another position, longer by what is known of it. */
const pathAt = (link: string, offset: number, overlap: number): string =>
  link
    .replace(SKIP, `$1${offset}`)
    .replace(TOP, (_, name: string, top: string) => name + Math.min(Number(top) + overlap, LARGEST_PAGE));
