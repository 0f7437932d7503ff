import { isMailError, type MailError } from '../errors';
import { mergeLists, type PagedList } from '../exchange/merge-lists';
import type { Sort } from '../model/message-search';
import type { GraphApi } from './api';
import type { MessageResource } from './resources';

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
  const lists: Array<PagedList<MessageResource>> = [];
  for (const [index, first] of (await api.firstPages<MessageResource>(paths)).entries()) {
    if (isMailError(first)) {
      onRefused(index, first);
      continue;
    }
    const pages = api.pages(paths[index]!, first);
    lists.push({
      nextPage: async () => {
        const { value, done } = await pages.next();
        return done ? undefined : value;
      },
    });
  }
  let page: MessageResource[] = [];
  // Moved from one folder to another meanwhile, a message keeps its id.
  const seen = new Set<string>();
  for await (const one of mergeLists(lists, timeOf, sort)) {
    if (seen.has(one.id)) continue;
    seen.add(one.id);
    page.push(one);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

const timeOf = ({ receivedDateTime }: MessageResource): string | undefined => receivedDateTime ?? undefined;
