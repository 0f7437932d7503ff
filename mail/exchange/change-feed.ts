import type { ChangesOptions } from '../model/changes';
import { folderName } from '../model/folder';
import { NewOnPages } from './new-on-pages';
import { PositionLost } from './position-lost';

/** How Exchange itself tells what changed in a folder: a sync state (EWS), a delta link (Graph). */
export interface ChangeFeed {
  /** The protocol, which a cursor names. */
  readonly kind: string;
  /** The most messages that can be asked for at once. */
  readonly largestPage: number;
  /** What identifies a folder in a cursor. */
  folderKey(folder: string): Promise<string>;
  /**
   * What was created in a folder after a position, in no certain order. A page may be empty although it is not the last.
   *
   * @param position absent for all messages of the folder
   * @throws {PositionLost} if Exchange no longer knows the position
   * @throws {MailError} SERVER_REFUSED, NOT_SUPPORTED if this server has no feed
   */
  page(folder: string, position: string | undefined, options: PageOptions): Promise<ChangesPage>;
}

export interface PageOptions {
  /** How many messages, at least 1. A server may give others. */
  most: number;
  /** Whether the times of the messages are needed. */
  times: boolean;
}

export interface ChangesPage {
  created: readonly Created[];
  /** Behind this page. */
  position: string;
  isLast: boolean;
}

/** A message that is new, or was moved in. */
export interface Created {
  id: string;
  /** When it was received; empty if that is not known. */
  received: string;
}

/** Messages after a position, oldest first, and the position behind them. */
export interface Arrivals {
  position: string;
  arrived: string[];
  more: boolean;
}

/** Pages in a row without a new message: flags of 100,000 messages. If there are more, a list is cheaper. */
const MOST_EMPTY = 200;

/**
 * The position now, which takes a request for every few hundred messages in the folder.
 *
 * @throws {PositionLost} if there is none
 */
export async function positionNow(
  feed: ChangeFeed,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const options = () => ({ most: feed.largestPage, times: false });
  for await (const page of pagesOf(feed, folder, undefined, options, signal)) {
    if (page.isLast) return page.position;
  }
  throw new PositionLost();
}

/** @throws {PositionLost} if what came after the position cannot be told */
export async function arrivalsAfter(
  feed: ChangeFeed,
  folder: string,
  position: string,
  { limit, signal }: ChangesOptions,
): Promise<Arrivals> {
  const arrived: Created[] = [];
  const options = () => ({
    most: Math.max(1, Math.min(limit - arrived.length, feed.largestPage)),
    times: true,
  });
  for await (const page of pagesOf(feed, folder, position, options, signal)) {
    arrived.push(...page.created);
    if (page.isLast || arrived.length >= limit) {
      return { position: page.position, arrived: oldestFirst(arrived), more: !page.isLast };
    }
  }
  throw new PositionLost();
}

/**
 * The pages after a position, with the messages that were on none before. They end without the last one if the server
 * gives no new position, or repeats itself.
 */
async function* pagesOf(
  feed: ChangeFeed,
  folder: string,
  start: string | undefined,
  options: () => PageOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChangesPage> {
  const news = new NewOnPages(`the changes in "${folderName(folder)}"`, MOST_EMPTY);
  for (let position = start; ; ) {
    signal?.throwIfAborted();
    const page = await feed.page(folder, position, options());
    const isStuck = !page.position || (!page.isLast && page.position === position);
    const created = isStuck ? undefined : freshOf(news, page);
    if (!created) return;
    yield { ...page, created };
    position = page.position;
  }
}

function freshOf(news: NewOnPages, { created }: ChangesPage): Created[] | undefined {
  try {
    return news.take(created, ({ id }) => id);
  } catch {
    return undefined;
  }
}

const oldestFirst = (created: readonly Created[]): string[] =>
  [...created].sort((a, b) => a.received.localeCompare(b.received)).map(({ id }) => id);
