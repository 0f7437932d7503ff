import type { Arrivals, ChangeFeed } from '../exchange/change-feed';
import { folderNotFound } from '../exchange/folder-paths';
import { PositionLost } from '../exchange/position-lost';
import { isMailError } from '../errors';
import type { ChangesOptions } from '../model/changes';
import type { GraphApi } from './api';
import type { GraphFolders } from './folders';
import { folderPath } from './paths';
import type { MessageResource } from './resources';

/** Messages per page: a preference, which Graph may not follow (https://learn.microsoft.com/graph/api/message-delta). */
const PAGE = 1000;

/** More than any folder has. Limits the requests to a server that never comes to an end. */
const MOST_PAGES = 20_000;

/** A message in a delta reply. It was removed if it says so. */
type Changed = Pick<MessageResource, 'id' | 'receivedDateTime'> & { '@removed'?: object };

/**
 * What changed in a folder, as a delta query tells (https://learn.microsoft.com/graph/delta-query-messages). For
 * messages there is no link to "now" (`$deltatoken=latest`), so the ids of all messages are read once.
 */
export class GraphChanges implements ChangeFeed {
  readonly kind = 'graph';

  constructor(
    private readonly api: GraphApi,
    private readonly folders: GraphFolders,
  ) {}

  async folderKey(folder: string): Promise<string> {
    return await this.folders.idOf(folder);
  }

  async now(folder: string, signal: AbortSignal | undefined): Promise<string> {
    const path = `${folderPath(await this.folders.idOf(folder))}/messages/delta`;
    let link = `${this.api.root}${path}?changeType=created&$select=id,receivedDateTime`;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      signal?.throwIfAborted();
      const page = await this.page(folder, link, PAGE);
      link = page.link;
      if (page.isLast) return link;
    }
    throw new PositionLost();
  }

  async after(folder: string, position: string, { limit, signal }: ChangesOptions): Promise<Arrivals> {
    if (!isLink(position)) throw new PositionLost();
    const arrived: Changed[] = [];
    let link = position;
    // A page may be empty although it is not the last one.
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      signal?.throwIfAborted();
      const page = await this.page(folder, link, Math.min(limit - arrived.length, PAGE));
      link = page.link;
      arrived.push(...page.value.filter((one) => !one['@removed']));
      if (page.isLast || arrived.length >= limit) {
        return { position: link, arrived: oldestFirst(arrived), more: !page.isLast };
      }
    }
    throw new PositionLost();
  }

  private async page(folder: string, link: string, size: number) {
    return await this.api.deltaPage<Changed>(link, Math.max(1, size)).catch((error: unknown) => {
      throw isMailError(error, 'MESSAGE_NOT_FOUND') ? folderNotFound(folder) : error;
    });
  }
}

/** A path within Graph, as its links are kept. */
const isLink = (position: string): boolean => /^\/(?:me|users)\b[^#\s]*\bdelta\b/i.test(position);

/** Graph reports changes in no certain order. */
const oldestFirst = (changed: readonly Changed[]): string[] =>
  [...changed]
    .sort((a, b) => (a.receivedDateTime ?? '').localeCompare(b.receivedDateTime ?? ''))
    .map(({ id }) => id);
