import type { FlagChanges, BatchResult, MoveResult } from '../model/client';
import { isMailError, type MailError } from '../errors';
import { changedKeywords, isAboutKeywords } from '../exchange/keywords';
import { changeEach } from '../exchange/batch-result';
import { FLAGGED, verbProperties, type Property } from '../exchange/properties';
import { keywordsOf } from './convert';
import type { EwsFolders } from './folders';
import { BATCH, extended, field, shape } from './properties';
import type { EwsReader } from './read';
import { errorAt, itemAt } from './responses';
import type { EwsService } from './service';
import { isAtLeast } from '../account/ews-settings';
import { deletingQuietly, updatingQuietly } from './quietly';
import { escaped, itemId, itemIds } from './soap';
import type { XmlElement } from './xml';

/** Changes messages: hundreds with one request. */
export class EwsChanger {
  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
    private readonly reader: EwsReader,
  ) {}

  async move(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>> {
    return await this.relocate('MoveItem', ids, folder);
  }

  async copy(ids: readonly string[], folder: string): Promise<BatchResult<MoveResult>> {
    return await this.relocate('CopyItem', ids, folder);
  }

  /** Deletes for good. */
  async delete(ids: readonly string[]): Promise<BatchResult<MoveResult>> {
    return await changeEach<MoveResult>(ids, BATCH, async (batch) => {
      const quietly = deletingQuietly(this.service.ews.version);
      const responses = await this.service.callEach(batch, (some) => [
        `<m:DeleteItem DeleteType="HardDelete"${quietly}>${itemIds(some)}</m:DeleteItem>`,
      ]);
      return batch.map((_, index) => errorAt(responses, index) ?? {});
    });
  }

  /** Keywords are stored as one list, so they are read before they are changed. */
  async mark(ids: readonly string[], marks: FlagChanges): Promise<BatchResult<true>> {
    return await changeEach<true>(ids, BATCH, async (batch) => {
      const errors = new Map<string, MailError>();
      const keywords = new Map<string, string[]>();
      if (isAboutKeywords(marks)) {
        const read = await this.reader.items(batch, shape('ItemShape', ['item:Categories']));
        for (const [index, id] of batch.entries()) {
          const item = itemAt(read, index);
          if (isMailError(item)) errors.set(id, item);
          else keywords.set(id, changedKeywords(keywordsOf(item), marks));
        }
      }
      const there = batch.filter((id) => !errors.has(id));
      const updates = there.map((id) => itemChange(id, marks, keywords.get(id)));
      const responses = updates.some(Boolean) ? await this.update(updates) : [];
      for (const [index, id] of there.entries()) {
        const error = updates.some(Boolean) ? errorAt(responses, index) : undefined;
        if (error) errors.set(id, error);
      }
      return batch.map((id) => errors.get(id) ?? true);
    });
  }

  private async update(changes: readonly string[]): Promise<Array<XmlElement | undefined>> {
    const quietly = updatingQuietly(this.service.ews.version);
    return await this.service.callEach(changes, (some) => [
      `<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="AlwaysOverwrite"${quietly}>`,
      ...['<m:ItemChanges>', ...some, '</m:ItemChanges></m:UpdateItem>'],
    ]);
  }

  private async relocate(
    request: 'MoveItem' | 'CopyItem',
    ids: readonly string[],
    folder: string,
  ): Promise<BatchResult<MoveResult>> {
    const {
      id,
      folder: { path },
    } = await this.folders.find(folder);
    const target = this.folders.toXml({ id });
    const returnIds = isAtLeast(this.service.ews.version, 'Exchange2010_SP1')
      ? '<m:ReturnNewItemIds>true</m:ReturnNewItemIds>'
      : '';
    return await changeEach<MoveResult>(ids, BATCH, async (batch) => {
      const responses = await this.service.callEach(batch, (some) => [
        `<m:${request}><m:ToFolderId>${target}</m:ToFolderId>${itemIds(some)}${returnIds}</m:${request}>`,
      ]);
      return batch.map((_, index) => {
        const [item] = responses[index]?.child('Items')?.children ?? [];
        return errorAt(responses, index) ?? { folder: path, id: item?.child('ItemId')?.attributes.Id };
      });
    });
  }
}

/** @param keywords the complete new list; absent to leave it unchanged */
function itemChange(id: string, marks: FlagChanges, keywords?: string[]): string {
  const { isRead, isFlagged } = marks;
  const updates = [
    isRead !== undefined && set('message:IsRead', `<t:IsRead>${isRead}</t:IsRead>`),
    isFlagged !== undefined && setExtended('flagStatus', isFlagged ? FLAGGED : 0),
    ...verbProperties(marks).map(([name, value]) => setExtended(name, value)),
    keywords && setKeywords(keywords),
  ].filter(Boolean);
  if (updates.length === 0) return '';
  return `<t:ItemChange>${itemId(id)}<t:Updates>${updates.join('')}</t:Updates></t:ItemChange>`;
}

const set = (name: string | Property, value: string): string =>
  `<t:SetItemField>${field(name)}<t:Message>${value}</t:Message></t:SetItemField>`;

const setExtended = (name: Property, value: string | number): string => set(name, extended(name, value));

const setKeywords = (keywords: readonly string[]): string =>
  keywords.length === 0
    ? `<t:DeleteItemField>${field('item:Categories')}</t:DeleteItemField>`
    : set('item:Categories', categories(keywords));

export const categories = (keywords: readonly string[]): string =>
  `<t:Categories>${keywords.map((one) => `<t:String>${escaped(one)}</t:String>`).join('')}</t:Categories>`;
