import { isMailError, type MailError } from '../errors';
import { mergeLists, type PagedList } from '../exchange/merge-lists';
import type { Sort } from '../model/message-search';
import type { GraphApi, Page } from './api';
import type { MessageResource } from './resources';

/** A list: the path of its first page, and all its pages, given the first. */
export interface AskedList {
  first: string;
  pages: (first: Page<MessageResource>) => AsyncGenerator<MessageResource[]>;
}

/**
 * The messages of several lists in one order, in pages. Each list has this order. The first page of each list takes one
 * request for each 20; another page of a list is requested when it is needed.
 *
 * @param onRefused called for a list that Graph did not give
 */
export async function* severalLists(
  api: GraphApi,
  asked: readonly AskedList[],
  { size, sort }: { size: number; sort: Sort },
  onRefused: (index: number, error: MailError) => void,
): AsyncGenerator<MessageResource[]> {
  const lists: Array<PagedList<MessageResource>> = [];
  const paths = asked.map(({ first }) => first);
  for (const [index, first] of (await api.firstPages<MessageResource>(paths)).entries()) {
    if (isMailError(first)) {
      onRefused(index, first);
      continue;
    }
    const pages = asked[index]!.pages(first);
    lists.push({
      nextPage: async () => {
        const { value, done } = await pages.next();
        return done ? undefined : value;
      },
    });
  }
  let page: MessageResource[] = [];
  for await (const one of mergeLists(lists, timeOf, sort)) {
    page.push(one);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

const timeOf = ({ receivedDateTime }: MessageResource): string | undefined => receivedDateTime ?? undefined;
