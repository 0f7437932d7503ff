import { compareTimes, type Sort } from '../model/message-search';

/** A list in order, which is read page by page. */
export interface PagedList<T> {
  /** The next page, which may be empty; undefined if there is none. */
  nextPage(): Promise<readonly T[] | undefined>;
}

/** What is known so far of one list. */
interface Reading<T> {
  list: PagedList<T>;
  page: readonly T[];
  taken: number;
}

/**
 * Puts several lists in one order. Each has this order itself. Another page of a list is read when it is needed.
 *
 * @param timeOf the time of receipt (ISO 8601)
 */
export async function* mergeLists<T>(
  lists: ReadonlyArray<PagedList<T>>,
  timeOf: (one: T) => string | undefined,
  sort: Sort,
): AsyncGenerator<T> {
  let open: Array<Reading<T>> = lists.map((list) => ({ list, page: [], taken: 0 }));
  for (;;) {
    for (const one of open) if (next(one) === undefined) await fill(one);
    open = open.filter((one) => next(one) !== undefined);
    const first = firstOf(open, (one) => timeOf(next(one)!), sort);
    if (!first) return;
    yield next(first)!;
    first.taken++;
  }
}

const next = <T>({ page, taken }: Reading<T>): T | undefined => page[taken];

async function fill<T>(one: Reading<T>): Promise<void> {
  while (next(one) === undefined) {
    const page = await one.list.nextPage();
    if (!page) return;
    one.page = page;
    one.taken = 0;
  }
}

/** The first of those with equal times. */
function firstOf<T>(all: readonly T[], timeOf: (one: T) => string | undefined, sort: Sort): T | undefined {
  let first: T | undefined;
  for (const one of all) {
    if (first === undefined || compareTimes(timeOf(one), timeOf(first), sort) < 0) first = one;
  }
  return first;
}
