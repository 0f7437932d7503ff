import { isMailError, type MailError } from '../errors';
import { mergeLists, type PagedList } from '../exchange/merge-lists';
import type { Sort } from '../model/message-search';
import type { GraphApi, Page } from './api';
import { mayBeReadInParts } from './one-by-one';
import type { MessageResource } from './resources';

interface Lists {
  api: GraphApi;
  paths: readonly string[];
  /** The pages of one list. @param first the first page, if it was read before */
  pages: (path: string, first?: Page<MessageResource>) => AsyncGenerator<MessageResource[]>;
}

/**
 * The messages of several lists in one order, in pages. Each list has this order. The first page of each list takes one
 * request for each 20; another page of a list is requested when it is needed.
 *
 * @param onRefused called for a list that Graph did not give
 */
export async function* severalLists(
  { api, paths, pages }: Lists,
  { size, sort }: { size: number; sort: Sort },
  onRefused: (index: number, error: MailError) => void,
): AsyncGenerator<MessageResource[]> {
  const lists: Array<PagedList<MessageResource>> = [];
  for (const [index, first] of (await api.firstPages<MessageResource>(paths)).entries()) {
    if (isMailError(first) && !mayBeReadInParts(first)) {
      onRefused(index, first);
      continue;
    }
    const rest = pages(paths[index]!, isMailError(first) ? undefined : first);
    lists.push({
      nextPage: async () => {
        try {
          const { value, done } = await rest.next();
          return done ? undefined : value;
        } catch (error) {
          if (!isMailError(error)) throw error;
          onRefused(index, error);
          return undefined;
        }
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
