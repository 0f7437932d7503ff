import type { Arrivals, ChangeFeed } from '../exchange/change-feed';
import { folderNotFound } from '../exchange/folder-paths';
import { PositionLost } from '../exchange/position-lost';
import { isMailError } from '../errors';
import type { ChangesOptions } from '../model/changes';
import type { EwsFolders } from './folders';
import { shape } from './properties';
import { errorCodeOf, errorOf } from './responses';
import type { EwsService } from './service';
import { escaped } from './soap';
import { isTrue, type XmlElement } from './xml';

/** MaxSyncChangesReturnedType of the schema. */
const MOST_CHANGES = 512;

/** More than any folder has. Limits the requests to a server that never comes to an end. */
const MOST_PAGES = 20_000;

/** What changed in a folder, as SyncFolderItems tells ([MS-OXWSSYNC] section 3.1.4.2). */
export class EwsChanges implements ChangeFeed {
  readonly kind = 'ews';

  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
  ) {}

  async folderKey(folder: string): Promise<string> {
    const reference = await this.folders.referTo(folder);
    return 'id' in reference ? reference.id : reference.name;
  }

  async now(folder: string, signal: AbortSignal | undefined): Promise<string> {
    let state = '';
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      signal?.throwIfAborted();
      const page = await this.page(folder, state, MOST_CHANGES, []);
      state = page.state;
      if (page.isLast) return state;
    }
    throw new PositionLost();
  }

  async after(folder: string, position: string, { limit, signal }: ChangesOptions): Promise<Arrivals> {
    const arrived: Array<{ id: string; received: string }> = [];
    let state = position;
    // A page may hold nothing but changed flags and deletions.
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      signal?.throwIfAborted();
      const page = await this.page(folder, state, Math.min(limit - arrived.length, MOST_CHANGES), [RECEIVED]);
      state = page.state;
      arrived.push(...page.created);
      if (page.isLast || arrived.length >= limit) {
        return { position: state, arrived: oldestFirst(arrived), more: !page.isLast };
      }
    }
    throw new PositionLost();
  }

  /** @param state empty for a page from the start */
  private async page(folder: string, state: string, most: number, fields: readonly string[]) {
    const parent = this.folders.toXml(await this.folders.referTo(folder));
    const [response] = await this.service.callEach([undefined], () => [
      `<m:SyncFolderItems>${shape('ItemShape', fields)}<m:SyncFolderId>${parent}</m:SyncFolderId>`,
      state && `<m:SyncState>${escaped(state)}</m:SyncState>`,
      `<m:MaxChangesReturned>${Math.max(1, most)}</m:MaxChangesReturned></m:SyncFolderItems>`,
    ]);
    const error = errorOf(response!);
    if (error) {
      if (state && LOST.has(errorCodeOf(response) ?? '')) throw new PositionLost();
      throw isMailError(error, 'MESSAGE_NOT_FOUND', 'FOLDER_NOT_FOUND') ? folderNotFound(folder) : error;
    }
    return {
      state: response!.textAt('SyncState') ?? '',
      isLast: isTrue(response!.textAt('IncludesLastItemInRange') ?? 'true'),
      created: (response!.child('Changes')?.children ?? []).flatMap(createdIn),
    };
  }
}

const RECEIVED = 'item:DateTimeReceived';

/** Codes of the schema that say that a sync state is no longer known. */
const LOST: ReadonlySet<string> = new Set(['ErrorInvalidSyncStateData']);

/** A new message, or one that was moved in. Changes, deletions and read flags are something else. */
function createdIn(change: XmlElement): Array<{ id: string; received: string }> {
  const item = change.name === 'Create' ? change.children[0] : undefined;
  const id = item?.child('ItemId')?.attributes.Id;
  return id ? [{ id, received: item?.textAt('DateTimeReceived') ?? '' }] : [];
}

/** Exchange reports changes in no certain order. */
const oldestFirst = (created: ReadonlyArray<{ id: string; received: string }>): string[] =>
  [...created].sort((a, b) => a.received.localeCompare(b.received)).map(({ id }) => id);
