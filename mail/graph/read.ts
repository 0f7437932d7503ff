import type { BatchResult } from '../model/client';
import { isMailError, type MailError } from '../errors';
import type { SearchPlaces } from '../exchange/parts';
import { wellFormed } from '../exchange/batch-result';
import { oneLine } from '../exchange/values';
import { messageGone } from '../exchange/ids';
import { matches } from '../model/match';
import type { Message } from '../model/message';
import { ofMessage } from '../model/unreadable';
import type { FailedMessages } from '../model/failed-messages';
import { inOrder, type FailedFolders, type MessageSearch, type Sort } from '../model/message-search';
import { assertQuery, trimmed, type MessageQuery, type FetchOptions } from '../model/query';
import { BATCH, type GraphApi } from './api';
import { isTextInHtml, toMessage } from './convert';
import { GraphFinder, noFolder, type Find } from './find';
import type { GraphFolders } from './folders';
import { readMessages } from './messages';
import type { MessageResource } from './resources';
import { isRough } from './search';
import { foundSelection, messageSelection } from './selection';
import { folderPath, parameters } from './paths';

/** Messages per reply: Graph's maximum for ids, fewer with attachments or texts, which make a reply large. */
const PAGE = { ids: 1000, summaries: 250, contents: 100 };

const TEXT = 'outlook.body-content-type="text"';

/** Reads messages. */
export class GraphReader {
  readonly batch = BATCH;

  constructor(
    private readonly api: GraphApi,
    private readonly folders: GraphFolders,
    private readonly finder = new GraphFinder(api, folders),
  ) {}

  async list(
    folder: string,
    query: MessageQuery,
    wanted: FetchOptions,
    limit: number,
    failed: FailedMessages,
    sort: Sort = 'newest',
  ): Promise<Message[]> {
    assertQuery(query);
    const pages: Pages = (find) => this.finder.inFolder(folder, find);
    return await this.found(pages, { query, wanted, limit, sort }, failed);
  }

  async listIn(
    { folders, nearlyAll, ...search }: SearchPlaces,
    failed: FailedMessages,
    refused: FailedFolders,
  ): Promise<Message[]> {
    const pages: Pages = (find, most) =>
      nearlyAll
        ? this.finder.inMailbox(folders, { ...find, size: most })
        : this.finder.inFolders(folders, find, refused);
    return await this.found(pages, search, failed);
  }

  private async found(
    pages: Pages,
    { query, wanted, limit, sort }: Omit<MessageSearch, 'where'>,
    failed: FailedMessages,
  ): Promise<Message[]> {
    const needed = { ...wanted, content: wanted.content || Boolean(query.body) };
    const most = needed.content || needed.headers ? PAGE.contents : PAGE.summaries;
    const found: Message[] = [];
    // With a query in its own language, Graph decides the order: the latest first.
    const mustSort = query.raw !== undefined && sort === 'oldest';
    const last = mustSort ? Infinity : limit;
    // If Graph decides, a message that it does not give, or that cannot be read, still counts towards the limit.
    const enough = () => found.length + (isRough(query) ? 0 : failed.size) >= last;
    const size = pageSize(most, query, last);
    const find = { query, sort, selection: messageSelection(needed), size, failed };
    for await (const page of pages(find, most)) {
      for (const message of await this.converted(page, needed, failed)) {
        if (found.length < last && matches(message, query)) found.push(trimmed(message, wanted));
      }
      if (enough()) break;
    }
    return mustSort ? inOrder(found, sort, limit) : found;
  }

  async find(folder: string, query: MessageQuery, limit: number, failed: FailedMessages): Promise<string[]> {
    assertQuery(query);
    const needed = { content: Boolean(query.body) };
    const most = query.hasAttachments === undefined ? PAGE.ids : PAGE.summaries;
    const size = pageSize(needed.content ? PAGE.contents : most, query, limit);
    const ids: string[] = [];
    const find = { query, sort: 'newest' as const, selection: foundSelection(query), size, failed };
    for await (const page of this.finder.inFolder(folder, find)) {
      const meeting = await this.meeting(page, query, needed, failed);
      ids.push(...meeting.slice(0, limit - ids.length).map(({ id }) => id));
      if (ids.length >= limit) break;
    }
    return ids;
  }

  async get(ids: readonly string[], wanted: FetchOptions): Promise<BatchResult<Message>> {
    const { valid, outcomes } = wellFormed<Message>(ids);
    const read = await readMessages(this.api, valid, parameters(messageSelection(wanted)));
    const there = [...read.values()].filter((one): one is MessageResource => !isMailError(one));
    const failed: FailedMessages = new Map();
    const found = new Map((await this.converted(there, wanted, failed)).map((one) => [one.id, one]));
    for (const [id, one] of read) {
      outcomes.set(id, isMailError(one) ? one : (found.get(one.id) ?? failed.get(one.id) ?? messageGone()));
    }
    return outcomes;
  }

  /** Across all folders. */
  async thread(threadId: string, wanted: FetchOptions, failed: FailedMessages): Promise<Message[]> {
    const size = wanted.content || wanted.headers ? PAGE.contents : PAGE.summaries;
    const find = { selection: messageSelection(wanted), size, failed };
    const found: Message[] = [];
    for await (const page of this.finder.inThread(threadId, find)) {
      found.push(...(await this.converted(page, wanted, failed)));
    }
    return found;
  }

  async foldersOf(ids: readonly string[]): Promise<BatchResult<string>> {
    const { valid, outcomes } = wellFormed<string>(ids);
    const read = await readMessages(this.api, valid, '$select=id,parentFolderId');
    for (const [id, one] of read) outcomes.set(id, isMailError(one) ? one : (one.parentFolderId ?? ''));
    return outcomes;
  }

  /** The number of messages and the newest one: it changes when a message arrives or is removed. */
  async stateOf(folder: string): Promise<string> {
    const path = folderPath(await this.folders.idOf(folder));
    const newest = parameters({ $select: 'id', $orderby: 'receivedDateTime desc', $top: '1' });
    const [counts, list] = await this.api.batch<{ totalItemCount?: number; value?: MessageResource[] }>([
      { method: 'GET', path: `${path}?$select=totalItemCount` },
      { method: 'GET', path: `${path}/messages?${newest}` },
    ]);
    if (isMailError(counts)) throw noFolder(counts, folder);
    if (isMailError(list)) throw noFolder(list, folder);
    return `${counts?.totalItemCount ?? 0}:${list?.value?.[0]?.id ?? ''}`;
  }

  private async meeting(
    page: readonly MessageResource[],
    query: MessageQuery,
    needed: FetchOptions,
    failed: FailedMessages,
  ): Promise<MessageResource[]> {
    const given = page.filter(isGiven);
    const whole = needed.content ? await this.withTexts(given, failed) : given;
    return whole.filter((one) => {
      const message = read(one, '', needed);
      if (isMailError(message)) failed.set(one.id, message);
      return !isMailError(message) && matches(message, query);
    });
  }

  private async converted(
    page: readonly MessageResource[],
    wanted: FetchOptions,
    failed: FailedMessages,
  ): Promise<Message[]> {
    const given = page.filter(isGiven);
    const whole = wanted.content ? await this.withTexts(given, failed) : given;
    const messages: Message[] = [];
    for (const one of whole) {
      const message = read(one, await this.folders.pathOf(one.parentFolderId ?? ''), wanted);
      if (isMailError(message)) failed.set(one.id, message);
      else messages.push(message);
    }
    return messages;
  }

  /**
   * Replaces texts that Graph converted to HTML with the originals.
   *
   * @param failed collects the messages whose text Graph did not return; they are left out
   */
  private async withTexts(
    page: readonly MessageResource[],
    failed: FailedMessages,
  ): Promise<readonly MessageResource[]> {
    const changed = page.filter(isTextInHtml);
    if (changed.length === 0) return page;
    const ids = changed.map(({ id }) => id);
    const texts = await readMessages(this.api, ids, '$select=id,body', TEXT);
    return page.flatMap((one) => {
      const text = texts.get(one.id);
      if (!text) return [one];
      if (!isMailError(text)) return [{ ...one, body: text.body ?? one.body }];
      // Deleted since the search, so it is left out.
      if (text.code !== 'MESSAGE_NOT_FOUND') failed.set(one.id, text);
      return [];
    });
  }
}

const isGiven = ({ isMissing }: MessageResource): boolean => !isMissing;

/** Converts one message, or gives its error. */
const read = (one: MessageResource, folder: string, wanted: FetchOptions): Message | MailError =>
  ofMessage({ id: one.id, subject: oneLine(one.subject) }, () => toMessage(one, folder, wanted));

/** The pages of a search. @param most messages on a page, if many of them are left out */
type Pages = (find: Find, most: number) => AsyncGenerator<MessageResource[]>;

/** If some messages will not match, more than `limit` must be checked. */
const pageSize = (most: number, query: MessageQuery, limit: number): number =>
  isRough(query) ? most : Math.min(limit, most);
