import type { BatchResult } from '../model/client';
import { isMailError, notSupported, type MailError } from '../errors';
import { isAtLeast } from '../account/ews-settings';
import { folderNotFound } from '../exchange/folder-paths';
import { NewOnPages } from '../exchange/new-on-pages';
import { onlyTimes } from '../exchange/only-times';
import { assertId } from '../exchange/ids';
import { countOf } from '../exchange/values';
import { wellFormed } from '../exchange/batch-result';
import type { FailedMessages } from '../model/failed-messages';
import type { Message } from '../model/message';
import { matches } from '../model/match';
import { assertQuery, trimmed, type MessageQuery, type FetchOptions } from '../model/query';
import { chunk } from '../chunk';
import { toMessage } from './convert';
import type { EwsFolders } from './folders';
import { EwsNames } from './names';
import { BATCH, messageShape, shape } from './properties';
import { itemAt } from './responses';
import { isRough, toRestriction } from './search';
import type { EwsService } from './service';
import { escaped, itemIds } from './soap';
import { isTrue, type XmlElement } from './xml';

/** Exchange's maximum for one search. */
const PAGE = 1000;

/** A search, and the part of it that Exchange answers. The rest is checked here. */
interface Look {
  folder: string;
  query: MessageQuery;
  asked: MessageQuery;
  wanted: FetchOptions;
  limit: number;
}

/** Reads messages: a search returns ids, and then one request reads hundreds of messages. */
export class EwsReader {
  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
    private readonly names = new EwsNames(service),
  ) {}

  async list(
    folder: string,
    query: MessageQuery,
    wanted: FetchOptions,
    limit: number,
    failed: FailedMessages,
  ): Promise<Message[]> {
    assertQuery(query);
    const asked = query.raw ? { raw: query.raw } : query;
    try {
      return await this.look({ folder, query, asked, wanted, limit }, failed);
    } catch (error) {
      if (!isMailError(error, 'NOT_SUPPORTED') || query.raw) throw error;
      failed.clear();
      return await this.look({ folder, query, asked: onlyTimes(query), wanted, limit }, failed);
    }
  }

  async find(folder: string, query: MessageQuery, limit: number, failed: FailedMessages): Promise<string[]> {
    assertQuery(query);
    const listed = async () => await this.list(folder, query, { content: false }, limit, failed);
    if (isRough(query)) return (await listed()).map(({ id }) => id);
    const ids: string[] = [];
    try {
      for await (const id of this.search(folder, query, limit)) {
        ids.push(id);
        if (ids.length >= limit) break;
      }
      return ids;
    } catch (error) {
      if (!isMailError(error, 'NOT_SUPPORTED')) throw error;
      return (await listed()).map(({ id }) => id);
    }
  }

  /** Reads the results of a search, newest first, until enough messages match. */
  private async look(
    { folder, query, asked, wanted, limit }: Look,
    failed: FailedMessages,
  ): Promise<Message[]> {
    const found: Message[] = [];
    const decidesHere = isRough(query) || asked !== query;
    // If some messages will not match, more than `limit` must be checked.
    const step = decidesHere ? BATCH : Math.min(limit, BATCH);
    // If Exchange decides, a message that it fails to return still counts towards the limit.
    const enough = () => found.length + (decidesHere ? 0 : failed.size) >= limit;
    const needed = query.body && asked !== query ? { ...wanted, content: true } : wanted;
    let batch: string[] = [];
    const take = async () => {
      for (const [id, message] of await this.get(batch, needed)) {
        if (enough()) break;
        if (!isMailError(message)) {
          if (matches(message, query)) found.push(trimmed(message, wanted));
          // Deleted since the search, so it is left out.
        } else if (!isMailError(message, 'MESSAGE_NOT_FOUND')) failed.set(id, message);
      }
      batch = [];
    };
    for await (const id of this.search(folder, asked, decidesHere ? Infinity : limit)) {
      batch.push(id);
      if (batch.length >= step) await take();
      if (enough()) return found;
    }
    if (batch.length > 0) await take();
    return found;
  }

  async get(ids: readonly string[], wanted: FetchOptions): Promise<BatchResult<Message>> {
    const { version } = this.service.ews;
    const { valid, outcomes } = wellFormed<Message>(ids);
    // Bodies make a reply large, and a reply is held in memory as a whole.
    for (const batch of chunk(valid, wanted.content || wanted.headers ? 50 : BATCH)) {
      const responses = await this.items(batch, messageShape(version, wanted));
      await this.names.learn(responses.filter((one) => one !== undefined));
      for (const [index, id] of batch.entries()) {
        const item = itemAt(responses, index);
        outcomes.set(id, isMailError(item) ? item : await this.converted(item, wanted));
      }
    }
    return outcomes;
  }

  /** "GetConversationItems operation" of the EWS reference. It gives the ids, as a search does. */
  async thread(threadId: string, wanted: FetchOptions, failed: FailedMessages): Promise<Message[]> {
    if (!isAtLeast(this.service.ews.version, 'Exchange2013')) throw noConversations();
    const request = this.service.ask(
      `<m:GetConversationItems>${shape('ItemShape', [])}<m:Conversations><t:Conversation>`,
      `<t:ConversationId Id="${escaped(threadId)}"/>`,
      '</t:Conversation></m:Conversations></m:GetConversationItems>',
    );
    const response = await request.catch((error: unknown) => {
      if (isMailError(error, 'MESSAGE_NOT_FOUND')) return undefined;
      throw error;
    });
    const nodes = response?.at('Conversation/ConversationNodes')?.children ?? [];
    const items = nodes.flatMap((node) => node.child('Items')?.children ?? []);
    const found: Message[] = [];
    for (const [id, message] of await this.get(items.map(idOf), wanted)) {
      if (!isMailError(message)) found.push(message);
      // Deleted since, so it is left out.
      else if (!isMailError(message, 'MESSAGE_NOT_FOUND')) failed.set(id, message);
    }
    return found;
  }

  /** The ids of the folders that contain the messages. */
  async foldersOf(ids: readonly string[]): Promise<BatchResult<string>> {
    const { valid, outcomes } = wellFormed<string>(ids);
    for (const batch of chunk(valid, BATCH)) {
      const responses = await this.items(batch, shape('ItemShape', ['item:ParentFolderId']));
      for (const [index, id] of batch.entries()) {
        const item = itemAt(responses, index);
        outcomes.set(id, isMailError(item) ? item : (item.child('ParentFolderId')?.attributes.Id ?? ''));
      }
    }
    return outcomes;
  }

  /** A draft with its change key. Exchange sends only the version that was read last. */
  async getDraft(id: string): Promise<{ draft: Message; changeKey: string }> {
    const wanted = { content: false };
    const responses = await this.items([assertId(id)], messageShape(this.service.ews.version, wanted));
    const item = itemAt(responses, 0);
    if (isMailError(item)) throw item;
    const changeKey = item.child('ItemId')?.attributes.ChangeKey ?? '';
    return { draft: await this.converted(item, wanted), changeKey };
  }

  /** One response for each id. */
  async items(ids: readonly string[], itemShape: string): Promise<Array<XmlElement | undefined>> {
    return await this.service.callEach(ids, (some) => [
      `<m:GetItem>${itemShape}${itemIds(some)}</m:GetItem>`,
    ]);
  }

  private async converted(item: XmlElement, wanted: FetchOptions): Promise<Message> {
    const folder = await this.folders.pathOf(item.child('ParentFolderId')?.attributes.Id ?? '');
    return toMessage(item, folder, wanted, (name) => this.names.addressOf(name));
  }

  /** The number of messages and the newest one: it changes when a message arrives or is removed. */
  async stateOf(folder: string): Promise<string> {
    const { ids, total } = await this.page(folder, {}, 0, 1);
    return `${total}:${ids[0] ?? ''}`;
  }

  /** Ids, newest first, one page for each request. */
  private async *search(folder: string, asked: MessageQuery, limit: number): AsyncGenerator<string> {
    const size = Math.min(limit, PAGE);
    const news = new NewOnPages(`the folder "${folder}"`);
    for (let offset = 0; ; ) {
      const { ids, total, isLast } = await this.page(folder, asked, offset, size);
      yield* news.take(ids, (id) => id, total);
      offset += ids.length;
      if (isLast || ids.length === 0 || (offset >= total && news.count >= total)) return;
    }
  }

  private async page(folder: string, asked: MessageQuery, offset: number, size: number) {
    const parent = this.folders.toXml(await this.folders.referTo(folder));
    const raw = asked.raw ? `<m:QueryString>${escaped(asked.raw)}</m:QueryString>` : '';
    const request = this.service.ask(
      `<m:FindItem Traversal="Shallow">${shape('ItemShape', [])}`,
      `<m:IndexedPageItemView MaxEntriesReturned="${size}" Offset="${offset}" BasePoint="Beginning"/>`,
      // Exchange accepts a query in its own language only instead of other criteria, not together with them.
      asked.raw ? '' : toRestriction(asked),
      '<m:SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:DateTimeReceived"/></t:FieldOrder></m:SortOrder>',
      `<m:ParentFolderIds>${parent}</m:ParentFolderIds>${raw}</m:FindItem>`,
    );
    const response = await request.catch((error: unknown) => {
      // Here, "not found" refers to the searched folder, not to a message.
      throw isMailError(error, 'MESSAGE_NOT_FOUND') ? folderNotFound(folder) : error;
    });
    const root = response.child('RootFolder');
    const items = root?.child('Items')?.children ?? [];
    return {
      ids: items.map(idOf),
      total: countOf(root?.attributes.TotalItemsInView) ?? Infinity,
      isLast: isTrue(root?.attributes.IncludesLastItemInRange ?? 'true'),
    };
  }
}

const idOf = (item: XmlElement): string => item.child('ItemId')?.attributes.Id ?? '';

const noConversations = (): MailError =>
  notSupported(
    'Exchange before 2013',
    'give the messages of a thread',
    'Use Get Many with a filter. If the server is newer, set the option "EWS Version" of Email Connect.',
  );
