import type { BatchResult } from '../model/client';
import { isMailError, notSupported, type MailError } from '../errors';
import { isAtLeast } from '../account/ews-settings';
import { onlyTimes } from '../exchange/only-times';
import { assertId } from '../exchange/ids';
import { wellFormed } from '../exchange/batch-result';
import { oneLine } from '../exchange/values';
import type { SearchPlaces } from '../exchange/parts';
import type { FailedMessages } from '../model/failed-messages';
import type { Message } from '../model/message';
import { matches } from '../model/match';
import type { FailedFolders, MessageSearch, Sort } from '../model/message-search';
import { ofMessage } from '../model/unreadable';
import { assertQuery, trimmed, type MessageQuery, type FetchOptions } from '../model/query';
import { chunk } from '../chunk';
import { conversationIds, onlyPart } from './conversation';
import { toMessage } from './convert';
import { EwsFinder, type Find, type Place } from './find';
import type { EwsFolders } from './folders';
import { inParts } from './in-parts';
import { EwsNames } from './names';
import { BATCH, messageShape, shape } from './properties';
import { itemAt } from './responses';
import { isRough } from './search';
import type { EwsService } from './service';
import { itemIds } from './soap';
import { XmlElement } from './xml';

/** A search, and the part of it that Exchange answers. The rest is checked here. */
type Look = Find & Omit<MessageSearch, 'where'>;

/** Reads messages: a search returns ids, and then one request reads hundreds of messages. */
export class EwsReader {
  readonly batch = BATCH;

  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
    private readonly names = new EwsNames(service),
    private readonly finder = new EwsFinder(service, folders),
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
    return await this.found([await this.placeOf(folder)], { query, wanted, limit, sort }, failed);
  }

  async listIn(
    { folders, ...search }: SearchPlaces,
    failed: FailedMessages,
    refused: FailedFolders,
  ): Promise<Message[]> {
    const places = folders.map(({ folder: { path }, id }) => ({ folder: path, reference: { id } }));
    return await this.found(places, search, failed, refused);
  }

  private async found(
    places: readonly Place[],
    search: Omit<MessageSearch, 'where'>,
    failed: FailedMessages,
    refused?: FailedFolders,
  ): Promise<Message[]> {
    const { query } = search;
    const asked = query.raw ? { raw: query.raw } : query;
    try {
      return await this.look({ ...search, places, asked }, failed, refused);
    } catch (error) {
      if (!isMailError(error, 'NOT_SUPPORTED') || query.raw) throw error;
      failed.clear();
      return await this.look({ ...search, places, asked: onlyTimes(query) }, failed, refused);
    }
  }

  async find(folder: string, query: MessageQuery, limit: number, failed: FailedMessages): Promise<string[]> {
    assertQuery(query);
    const listed = async () => await this.list(folder, query, { content: false }, limit, failed);
    if (isRough(query)) return (await listed()).map(({ id }) => id);
    const ids: string[] = [];
    const find = { places: [await this.placeOf(folder)], asked: query, sort: 'newest' as const };
    try {
      for await (const id of this.finder.ids(find, limit)) {
        ids.push(id);
        if (ids.length >= limit) break;
      }
      return ids;
    } catch (error) {
      if (!isMailError(error, 'NOT_SUPPORTED')) throw error;
      return (await listed()).map(({ id }) => id);
    }
  }

  /** Reads the results of a search, in order, until enough messages match. */
  private async look(
    { query, wanted, limit, ...find }: Look,
    failed: FailedMessages,
    refused?: FailedFolders,
  ): Promise<Message[]> {
    const { asked } = find;
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
    for await (const id of this.finder.ids(find, decidesHere ? Infinity : limit, refused)) {
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
      const shapeOfAll = messageShape(version, wanted);
      const responses = await inParts(batch, async (some) => await this.items(some, shapeOfAll));
      await this.names.learn(responses.filter((one) => one instanceof XmlElement));
      for (const [index, id] of batch.entries()) {
        const item = itemAt(responses, index);
        outcomes.set(id, isMailError(item) ? item : await this.converted(id, item, wanted));
      }
    }
    return outcomes;
  }

  /** @param failed collects the messages that Exchange did not return, and what it did not return of a long thread */
  async thread(threadId: string, wanted: FetchOptions, failed: FailedMessages): Promise<Message[]> {
    if (!isAtLeast(this.service.ews.version, 'Exchange2013')) throw noConversations();
    const { ids, isWhole } = await conversationIds(this.service, threadId);
    if (!isWhole) failed.set(threadId, onlyPart(ids.length));
    const found: Message[] = [];
    for (const [id, message] of await this.get(ids, wanted)) {
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
    const draft = await this.converted(id, item, wanted);
    if (isMailError(draft)) throw draft;
    return { draft, changeKey };
  }

  /** One response for each id. */
  async items(ids: readonly string[], itemShape: string): Promise<Array<XmlElement | undefined>> {
    return await this.service.callEach(ids, (some) => [
      `<m:GetItem>${itemShape}${itemIds(some)}</m:GetItem>`,
    ]);
  }

  private async converted(id: string, item: XmlElement, wanted: FetchOptions): Promise<Message | MailError> {
    const folder = await this.folders.pathOf(item.child('ParentFolderId')?.attributes.Id ?? '');
    const subject = oneLine(item.textAt('Subject'));
    return ofMessage({ id, subject }, () =>
      toMessage(item, folder, wanted, (name) => this.names.addressOf(name)),
    );
  }

  /** The number of messages and the newest one: it changes when a message arrives or is removed. */
  async stateOf(folder: string): Promise<string> {
    const place = await this.placeOf(folder);
    const { entries, total } = await this.finder.page({ places: [place], asked: {}, sort: 'newest' }, 0, 1);
    return `${total}:${entries[0]?.id ?? ''}`;
  }

  private async placeOf(folder: string): Promise<Place> {
    return { folder, reference: await this.folders.referTo(folder) };
  }
}

const noConversations = (): MailError =>
  notSupported(
    'Exchange before 2013',
    'give the messages of a thread',
    'Use Get Many with a filter. If the server is newer, set the option "EWS Version" of Email Connect.',
  );
