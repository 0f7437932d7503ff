import { isMailError, type MailError } from '../errors';
import { compareTimes, type Sort } from '../model/message-search';
import type { GraphApi } from './api';
import type { MessageResource } from './resources';

/** What is known so far of one list. */
interface Source {
  page: MessageResource[];
  taken: number;
  rest: AsyncGenerator<MessageResource[]>;
}

/**
 * The messages of several lists in one order, in pages. Each list has this order. The first page of each list takes one
 * request for each 20; another page of a list is requested when it is needed.
 *
 * @param onRefused called for a list that Graph did not give
 */
export async function* severalLists(
  api: GraphApi,
  paths: readonly string[],
  { size, sort }: { size: number; sort: Sort },
  onRefused: (index: number, error: MailError) => void,
): AsyncGenerator<MessageResource[]> {
  const sources: Source[] = [];
  for (const [index, first] of (await api.firstPages<MessageResource>(paths)).entries()) {
    if (isMailError(first)) onRefused(index, first);
    else sources.push({ page: [], taken: 0, rest: api.pages(paths[index]!, first) });
  }
  for (let open = sources; open.length > 0; ) {
    const page: MessageResource[] = [];
    while (page.length < size && open.length > 0) {
      for (const source of open) if (next(source) === undefined) await fill(source);
      open = open.filter((source) => next(source) !== undefined);
      const first = firstOf(open, sort);
      if (first) page.push(first.page[first.taken++]!);
    }
    if (page.length > 0) yield page;
  }
}

const next = ({ page, taken }: Source): MessageResource | undefined => page[taken];

/** The list whose next message comes first. */
function firstOf(sources: readonly Source[], sort: Sort): Source | undefined {
  let first: Source | undefined;
  for (const one of sources) {
    if (!first || compareTimes(timeOf(one), timeOf(first), sort) < 0) first = one;
  }
  return first;
}

const timeOf = (source: Source): string | undefined => next(source)?.receivedDateTime ?? undefined;

async function fill(source: Source): Promise<void> {
  while (next(source) === undefined) {
    const { value, done } = await source.rest.next();
    if (done) return;
    source.page = value;
    source.taken = 0;
  }
}
