import type { ChangeFeed, ChangesPage, PageOptions } from '../exchange/change-feed';
import { folderNotFound } from '../exchange/folder-paths';
import { PositionLost } from '../exchange/position-lost';
import { isMailError } from '../errors';
import type { GraphApi } from './api';
import type { GraphFolders } from './folders';
import { folderPath } from './paths';
import type { MessageResource } from './resources';

/** A message in a delta reply. It was removed if it says so. */
type Changed = Pick<MessageResource, 'id' | 'receivedDateTime'> & { '@removed'?: object };

/**
 * What changed in a folder, as a delta query tells (https://learn.microsoft.com/graph/delta-query-messages). For
 * messages there is no link to "now" (`$deltatoken=latest`), so the ids of all messages are read once.
 */
export class GraphChanges implements ChangeFeed {
  readonly kind = 'graph';
  /** A preference, which Graph may not follow (https://learn.microsoft.com/graph/api/message-delta). */
  readonly largestPage = 1000;

  constructor(
    private readonly api: GraphApi,
    private readonly folders: GraphFolders,
  ) {}

  async folderKey(folder: string): Promise<string> {
    return await this.folders.idOf(folder);
  }

  async page(folder: string, link: string | undefined, { most }: PageOptions): Promise<ChangesPage> {
    if (link !== undefined && !isLink(link)) throw new PositionLost();
    try {
      const page = await this.api.deltaPage<Changed>(link ?? (await this.firstLink(folder)), most);
      const created = page.value
        .filter((one) => !one['@removed'])
        .map(({ id, receivedDateTime }) => ({ id, received: receivedDateTime ?? '' }));
      return { created, position: page.link, isLast: page.isLast };
    } catch (error) {
      throw isMailError(error, 'MESSAGE_NOT_FOUND') ? folderNotFound(folder) : error;
    }
  }

  private async firstLink(folder: string): Promise<string> {
    const path = `${folderPath(await this.folders.idOf(folder))}/messages/delta`;
    return `${this.api.root}${path}?changeType=created&$select=id,receivedDateTime`;
  }
}

/** A path within Graph, as its links are kept. */
const isLink = (position: string): boolean => /^\/(?:me|users)\b[^#\s]*\bdelta\b/i.test(position);
