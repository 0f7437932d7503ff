import type { BatchResult } from '../model/client';
import { isMailError } from '../errors';
import { folderNotFound } from '../exchange/folder-paths';
import { assertId } from '../exchange/ids';
import { wellFormed } from '../exchange/batch-result';
import type { Message } from '../model/message';
import { matches } from '../model/match';
import { assertQuery, trimmed, type MessageQuery, type FetchOptions } from '../model/query';
import { chunk } from '../chunk';
import { toMessage } from './convert';
import type { EwsFolders } from './folders';
import { BATCH, messageShape, shape } from './properties';
import { errorAt, errorOf } from './responses';
import { isRough, toRestriction } from './search';
import type { EwsService } from './service';
import { escaped, itemIds } from './soap';
import type { XmlElement } from './xml';

/** Exchange gives at most this many for one search. */
const PAGE = 1000;

/** What reads messages: a search gives ids, and one request then reads hundreds of them. */
export class EwsReader {
  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
  ) {}

  async list(folder: string, query: MessageQuery, wanted: FetchOptions, limit: number): Promise<Message[]> {
    assertQuery(query);
    const found: Message[] = [];
    // More has to be looked at than is wanted where some of it will not match.
    const step = isRough(query) ? BATCH : Math.min(limit, BATCH);
    let batch: string[] = [];
    const take = async () => {
      const read = await this.get(batch, needed(query, wanted));
      for (const id of batch) {
        const message = read.get(id);
        // Deleted since the search, it is no longer there to be listed.
        if (!message || isMailError(message)) continue;
        if (found.length < limit && matches(message, query)) found.push(trimmed(message, wanted));
      }
      batch = [];
    };
    for await (const id of this.search(folder, query, limit)) {
      batch.push(id);
      if (batch.length >= step) await take();
      if (found.length >= limit) return found;
    }
    if (batch.length > 0) await take();
    return found;
  }

  async find(folder: string, query: MessageQuery, limit: number): Promise<string[]> {
    assertQuery(query);
    if (isRough(query)) {
      const messages = await this.list(folder, query, { content: false }, limit);
      return messages.map(({ id }) => id);
    }
    const ids: string[] = [];
    for await (const id of this.search(folder, query, limit)) {
      ids.push(id);
      if (ids.length >= limit) break;
    }
    return ids;
  }

  async get(ids: readonly string[], wanted: FetchOptions): Promise<BatchResult<Message>> {
    const { version } = this.service.ews;
    const { valid, outcomes } = wellFormed<Message>(ids);
    // Bodies make a reply large, and it is read as a whole.
    for (const batch of chunk(valid, wanted.content || wanted.headers ? 50 : BATCH)) {
      const responses = await this.items(batch, messageShape(version, wanted));
      for (const [index, id] of batch.entries()) {
        const error = errorAt(responses, index);
        outcomes.set(id, error ?? (await this.converted(itemIn(responses[index]!), wanted)));
      }
    }
    return outcomes;
  }

  /** The ids of the folders that messages are in, of those that are there. */
  async foldersOf(ids: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const batch of chunk(wellFormed(ids).valid, BATCH)) {
      const responses = await this.items(batch, shape('ItemShape', ['item:ParentFolderId']));
      for (const [index, id] of batch.entries()) {
        if (errorAt(responses, index)) continue;
        found.set(id, itemIn(responses[index]!).child('ParentFolderId')?.attributes.Id ?? '');
      }
    }
    return found;
  }

  /** A draft with its change key: Exchange sends it only as the one that was read last. */
  async getDraft(id: string): Promise<{ draft: Message; changeKey: string }> {
    const wanted = { content: false };
    const [response] = await this.items([assertId(id)], messageShape(this.service.ews.version, wanted));
    const error = errorOf(response!);
    if (error) throw error;
    const item = itemIn(response!);
    const changeKey = item.child('ItemId')?.attributes.ChangeKey ?? '';
    return { draft: await this.converted(item, wanted), changeKey };
  }

  /** A response for each id. */
  async items(ids: readonly string[], itemShape: string): Promise<XmlElement[]> {
    return await this.service.call(`<m:GetItem>${itemShape}${itemIds(ids)}</m:GetItem>`);
  }

  private async converted(item: XmlElement, wanted: FetchOptions): Promise<Message> {
    const folder = await this.folders.pathOf(item.child('ParentFolderId')?.attributes.Id ?? '');
    return toMessage(item, folder, wanted);
  }

  /** How many messages there are and which is the newest: a message that comes or goes changes it. */
  async stateOf(folder: string): Promise<string> {
    const { ids, total } = await this.page(folder, {}, 0, 1);
    return `${total}:${ids[0] ?? ''}`;
  }

  /** Ids, newest first, a page for each request. */
  private async *search(folder: string, query: MessageQuery, limit: number): AsyncGenerator<string> {
    const size = isRough(query) ? PAGE : Math.min(limit, PAGE);
    // What comes meanwhile pushes the others on to the next page.
    const seen = new Set<string>();
    for (let offset = 0; ; ) {
      const { ids, isLast } = await this.page(folder, query, offset, size);
      yield* ids.filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      offset += ids.length;
      if (isLast || ids.length === 0) return;
    }
  }

  private async page(folder: string, query: MessageQuery, offset: number, size: number) {
    const parent = this.folders.toXml(await this.folders.referTo(folder));
    // Exchange takes a query in its own language in place of other criteria, not beside them.
    const restriction = query.raw ? '' : toRestriction(query);
    const raw = query.raw ? `<m:QueryString>${escaped(query.raw)}</m:QueryString>` : '';
    const request = this.service.ask(
      `<m:FindItem Traversal="Shallow">${shape('ItemShape', [])}`,
      `<m:IndexedPageItemView MaxEntriesReturned="${size}" Offset="${offset}" BasePoint="Beginning"/>`,
      restriction,
      '<m:SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:DateTimeReceived"/></t:FieldOrder></m:SortOrder>',
      `<m:ParentFolderIds>${parent}</m:ParentFolderIds>${raw}</m:FindItem>`,
    );
    const response = await request.catch((error: unknown) => {
      // What is not found is what was searched, and not one of the messages.
      throw isMailError(error, 'MESSAGE_NOT_FOUND') ? folderNotFound(folder) : error;
    });
    const root = response.child('RootFolder');
    const items = root?.child('Items')?.children ?? [];
    return {
      ids: items.map((item) => item.child('ItemId')?.attributes.Id ?? ''),
      total: Number(root?.attributes.TotalItemsInView ?? 0),
      isLast: root?.attributes.IncludesLastItemInRange !== 'false',
    };
  }
}

/** The one item that a response holds, whatever its class. */
export const itemIn = (response: XmlElement): XmlElement => response.child('Items')!.children[0]!;

/** What has to be read so that the query can be decided. */
const needed = (query: MessageQuery, wanted: FetchOptions): FetchOptions =>
  query.raw && query.body ? { ...wanted, content: true } : wanted;
