import type { ChangeFeed, ChangesPage, Created, PageOptions } from '../exchange/change-feed';
import { folderNotFound } from '../exchange/folder-paths';
import { PositionLost } from '../exchange/position-lost';
import { isMailError } from '../errors';
import type { EwsFolders } from './folders';
import { shape } from './properties';
import { errorCodeOf, errorOf } from './responses';
import type { EwsService } from './service';
import { escaped } from './soap';
import { isTrue, type XmlElement } from './xml';

/** What changed in a folder, as SyncFolderItems tells ([MS-OXWSSYNC] section 3.1.4.2). */
export class EwsChanges implements ChangeFeed {
  readonly kind = 'ews';
  /** MaxSyncChangesReturnedType of the schema. */
  readonly largestPage = 512;

  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
  ) {}

  async folderKey(folder: string): Promise<string> {
    const reference = await this.folders.referTo(folder);
    return 'id' in reference ? reference.id : reference.name;
  }

  /** A page may hold nothing but changed flags and deletions. */
  async page(folder: string, state: string | undefined, { most, times }: PageOptions): Promise<ChangesPage> {
    const parent = this.folders.toXml(await this.folders.referTo(folder));
    const [response] = await this.service.callEach([undefined], () => [
      `<m:SyncFolderItems>${shape('ItemShape', times ? [RECEIVED] : [])}<m:SyncFolderId>${parent}</m:SyncFolderId>`,
      state === undefined ? '' : `<m:SyncState>${escaped(state)}</m:SyncState>`,
      `<m:MaxChangesReturned>${most}</m:MaxChangesReturned></m:SyncFolderItems>`,
    ]);
    const error = errorOf(response!);
    if (error) {
      if (state && LOST.has(errorCodeOf(response) ?? '')) throw new PositionLost();
      throw isMailError(error, 'MESSAGE_NOT_FOUND', 'FOLDER_NOT_FOUND') ? folderNotFound(folder) : error;
    }
    return {
      position: response!.textAt('SyncState') ?? '',
      isLast: isTrue(response!.textAt('IncludesLastItemInRange') ?? 'true'),
      created: (response!.child('Changes')?.children ?? []).flatMap(createdIn),
    };
  }
}

const RECEIVED = 'item:DateTimeReceived';

/** Codes of the schema that say that a sync state is no longer known. */
const LOST: ReadonlySet<string> = new Set(['ErrorInvalidSyncStateData']);

/** A new message, or one that was moved in. Changes, deletions and read flags are something else. */
function createdIn(change: XmlElement): Created[] {
  const item = change.name === 'Create' ? change.children[0] : undefined;
  const id = item?.child('ItemId')?.attributes.Id;
  return id ? [{ id, received: item?.textAt('DateTimeReceived') ?? '' }] : [];
}
