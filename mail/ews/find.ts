import { isMailError, type MailError } from '../errors';
import { folderNotFound } from '../exchange/folder-paths';
import { mergeLists, type PagedList } from '../exchange/merge-lists';
import { pagesByOffset, type OffsetPage } from '../exchange/pages-by-offset';
import { tooComplex } from '../exchange/response-codes';
import { folderName } from '../model/folder';
import type { FailedFolders, Sort } from '../model/message-search';
import type { MessageQuery } from '../model/query';
import { chunk } from '../chunk';
import type { EwsFolders, FolderReference } from './folders';
import { MOST_IDLE, offsetPage } from './offset-page';
import { shape } from './properties';
import { errorCodeOf, numberIn, readErrorAt } from './responses';
import { toRestriction } from './search';
import type { EwsService } from './service';
import { escaped } from './soap';
import type { XmlElement } from './xml';

/** Exchange's maximum for one search. */
const PAGE = 1000;

/** For one request: a reply is held in memory as a whole. */
const MOST_FOLDERS = 100;
const MOST_FOUND = 5000;

/** A folder to search. */
export interface Place {
  /** For users. */
  folder: string;
  reference: FolderReference;
}

/** What Exchange is asked: the rest of a query is checked here. */
export interface Find {
  places: readonly Place[];
  asked: MessageQuery;
  sort: Sort;
}

interface Found {
  id: string;
  /** ISO 8601. */
  receivedAt?: string;
}

type FoundPage = OffsetPage<Found>;

/** Searches folders: the first results of many folders take one request (FindItem). */
export class EwsFinder {
  /** Results that one request may ask for, of all its folders together, if Exchange said so (EWSFindCountLimit). */
  private most = Infinity;

  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
  ) {}

  /**
   * Ids in order, one page of results for each request.
   *
   * @param refused collects the folders that Exchange did not search; without it, the first of them rejects
   */
  async *ids(find: Find, limit: number, refused?: FailedFolders): AsyncGenerator<string> {
    const { places, sort } = find;
    const size = Math.min(limit, PAGE, Math.max(50, Math.floor(MOST_FOUND / places.length)));
    const results: Array<PagedList<Found>> = [];
    for (const some of chunk(places, MOST_FOLDERS)) {
      const pages = await this.pages({ ...find, places: some }, 0, size);
      for (const [index, page] of pages.entries()) {
        const place = some[index]!;
        if (isMailError(page)) {
          // The query is too complex for every folder.
          if (!refused || isMailError(page, 'NOT_SUPPORTED', 'INVALID_INPUT')) throw page;
          refused.set(place.folder, page);
          continue;
        }
        results.push(this.results({ ...find, places: [place] }, page, size));
      }
    }
    for await (const { id } of mergeLists(results, ({ receivedAt }) => receivedAt, sort)) yield id;
  }

  /** All results in one folder, whose first page was read. */
  private results(find: Find, first: FoundPage, size: number): PagedList<Found> {
    let known: FoundPage | undefined = first;
    const pages = pagesByOffset<Found>({
      name: `the folder "${folderName(find.places[0]!.folder)}"`,
      idOf: ({ id }) => id,
      read: async (offset, overlap) => {
        const page = known ?? (await this.page(find, offset, Math.min(size + overlap, PAGE)));
        known = undefined;
        return page;
      },
      mostIdle: MOST_IDLE,
    });
    return { nextPage: async () => (await pages.next()).value as Found[] | undefined };
  }

  /** One page of the results in one folder. @throws {MailError} */
  async page(find: Find, offset: number, size: number): Promise<FoundPage> {
    const [page] = await this.pages(find, offset, size);
    if (isMailError(page)) throw page;
    return page!;
  }

  /** A page, or the error, for each folder. */
  private async pages(find: Find, offset: number, wanted: number): Promise<Array<FoundPage | MailError>> {
    const { places, asked, sort } = find;
    const size = Math.max(1, Math.min(wanted, Math.floor(this.most / places.length)));
    const order = sort === 'newest' ? 'Descending' : 'Ascending';
    // Exchange accepts a query in its own language only instead of other criteria, not together with them.
    const restriction = asked.raw ? '' : toRestriction(asked);
    const raw = asked.raw ? `<m:QueryString>${escaped(asked.raw)}</m:QueryString>` : '';
    const responses = await this.service.callEach(places, (some) => [
      `<m:FindItem Traversal="Shallow">${shape('ItemShape', ['item:DateTimeReceived'])}`,
      `<m:IndexedPageItemView MaxEntriesReturned="${size}" Offset="${offset}" BasePoint="Beginning"/>`,
      restriction,
      `<m:SortOrder><t:FieldOrder Order="${order}"><t:FieldURI FieldURI="item:DateTimeReceived"/></t:FieldOrder></m:SortOrder>`,
      `<m:ParentFolderIds>${some.map(({ reference }) => this.folders.toXml(reference)).join('')}</m:ParentFolderIds>`,
      `${raw}</m:FindItem>`,
    ]);
    const tooMany = responses.find((response) => errorCodeOf(response) === 'ErrorExceededFindCountLimit');
    if (tooMany && size > 1) {
      this.most = fewerThan(size * places.length, tooMany);
      return await this.pages(find, offset, wanted);
    }
    return places.map(({ folder }, index) => {
      const error = readErrorAt(responses, index);
      const code = errorCodeOf(responses[index]) ?? '';
      if (code === 'ErrorInternalServerError' && hasManyColumns(restriction)) return tooComplex(code);
      // Here, "not found" refers to the searched folder, not to a message.
      if (error) return isMailError(error, 'MESSAGE_NOT_FOUND') ? folderNotFound(folder) : error;
      return pageIn(responses[index]!, offset);
    });
  }
}

/**
 * Exchange Online fails over a search in more than 6 columns, of which one is for the order, and does not say that this is
 * the reason (https://github.com/OfficeDev/ews-managed-api/issues/241).
 */
const hasManyColumns = (restriction: string): boolean => (restriction.match(/FieldURI /g) ?? []).length > 5;

/** How many results to ask for if so many were too many ("EWS throttling in Exchange"). Exchange may name its limit. */
function fewerThan(asked: number, response: XmlElement): number {
  const limit = numberIn(response, 'PolicyLimit');
  return Math.floor(limit > 0 && limit < asked ? limit : asked / 2);
}

function pageIn(response: XmlElement, offset: number): FoundPage {
  const root = response.child('RootFolder');
  const items = root?.child('Items')?.children ?? [];
  const found = items.map(
    (item): Found => ({
      id: item.child('ItemId')?.attributes.Id ?? '',
      receivedAt: item.textAt('DateTimeReceived'),
    }),
  );
  return offsetPage(root, found, offset);
}
