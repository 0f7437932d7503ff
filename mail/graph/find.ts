import { isMailError, type MailError } from '../errors';
import { folderNotFound } from '../exchange/folder-paths';
import type { FolderEntry } from '../exchange/folder-tree';
import { onlyTimes } from '../exchange/only-times';
import type { FailedFolders, Sort } from '../model/message-search';
import type { MessageQuery } from '../model/query';
import type { FailedMessages } from '../model/failed-messages';
import type { GraphApi, Page } from './api';
import type { GraphFolders } from './folders';
import { folderPath, parameters } from './paths';
import type { MessageResource } from './resources';
import { mayBeReadInParts, oneByOne } from './one-by-one';
import { literal, toSearch } from './search';
import { severalLists } from './several-lists';

/** A batch's reply is held in memory as a whole: so many messages, but some of each folder. */
const MOST_IN_BATCH = 250;
const LEAST_OF_FOLDER = 10;

/** What Graph is asked for. */
export interface Find {
  query: MessageQuery;
  sort: Sort;
  /** The properties of each message. */
  selection: Record<string, string>;
  /** Messages on a page. */
  size: number;
  /** Collects the messages that Graph did not give. In the pages, they have `isMissing`. */
  failed: FailedMessages;
}

type Pages = AsyncGenerator<MessageResource[]>;

/** Searches folders, and gives what it finds in order, in pages. What a query says beyond that is checked later. */
export class GraphFinder {
  constructor(
    private readonly api: GraphApi,
    private readonly folders: GraphFolders,
  ) {}

  /** One folder. */
  async *inFolder(folder: string, find: Find): Pages {
    const path = messagesIn(await this.folders.idOf(folder));
    try {
      yield* askedTwice(find, (filters) => this.pages(withParameters(path, find, filters), find));
    } catch (error) {
      throw noFolder(error, folder);
    }
  }

  /**
   * Several folders: the first page of each with one request for 20.
   *
   * @param refused collects the folders that Graph did not search
   */
  inFolders(folders: readonly FolderEntry[], asked: Find, refused: FailedFolders): Pages {
    const share = Math.floor(MOST_IN_BATCH / Math.min(folders.length, 20));
    const find = { ...asked, size: Math.min(asked.size, Math.max(LEAST_OF_FOLDER, share)) };
    return askedTwice(find, (filters) => {
      const paths = folders.map(({ id }) => withParameters(messagesIn(id), find, filters));
      const pages = (path: string, first?: Page<MessageResource>) => this.pages(path, find, first);
      return severalLists({ api: this.api, paths, pages }, find, (index, error) => {
        // The same in every folder.
        if (isMailError(error, 'NOT_SUPPORTED', 'INVALID_INPUT')) throw error;
        const { path } = folders[index]!.folder;
        refused.set(path, noFolder(error, path));
      });
    });
  }

  /** The whole mailbox, with one request for each page. What is in other folders is left out. */
  async *inMailbox(folders: readonly FolderEntry[], find: Find): Pages {
    const ids = new Set(folders.map(({ id }) => id));
    const pages = askedTwice(find, (filters) => this.pages(withParameters('/messages', find, filters), find));
    for await (const page of pages) yield page.filter(({ parentFolderId }) => ids.has(parentFolderId ?? ''));
  }

  /** All messages of a thread, in no order: Graph refuses to sort by the time if it filters by the conversation. */
  inThread(threadId: string, find: Pick<Find, 'failed' | 'selection' | 'size'>): Pages {
    const filters = { $filter: `conversationId eq ${literal(threadId)}` };
    return this.pages(withParameters('/messages', find, filters), find);
  }

  /** The pages of one list. If Graph does not give a page, its messages are read one by one. */
  private pages(path: string, { failed }: Pick<Find, 'failed'>, first?: Page<MessageResource>): Pages {
    return this.api.pages<MessageResource>(path, {
      first,
      orElse: async (at, error) => {
        if (mayBeReadInParts(error)) return await oneByOne(this.api, at, error, failed);
        throw error;
      },
    });
  }
}

/**
 * Graph rejects some filters as too complex, without saying which part. Then everything but the times is checked here.
 *
 * @param pages of the messages that these parameters find
 */
async function* askedTwice({ query, sort }: Find, pages: (filters: Record<string, string>) => Pages): Pages {
  let hasBegun = false;
  try {
    for await (const page of pages(toSearch(query, sort))) {
      hasBegun = true;
      yield page;
    }
  } catch (error) {
    // From the beginning again, what was given would be given twice.
    if (hasBegun || !isMailError(error, 'NOT_SUPPORTED') || query.raw) throw error;
    yield* pages(toSearch(onlyTimes(query), sort));
  }
}

const messagesIn = (folderId: string): string => `${folderPath(folderId)}/messages`;

const withParameters = (
  path: string,
  { selection, size }: Pick<Find, 'selection' | 'size'>,
  filters: Record<string, string>,
): string => `${path}?${parameters({ ...selection, ...filters, $top: String(size) })}`;

/** Graph uses "item" for folders too. */
export const noFolder = <E>(error: E, folder: string): E | MailError =>
  isMailError(error, 'MESSAGE_NOT_FOUND', 'FOLDER_NOT_FOUND') ? folderNotFound(folder) : error;
