import { isMailError } from '../errors';
import type { ChangesOptions, Cursor, FolderChanges } from '../model/changes';
import { changesInList, MOST_KNOWN, type KnownMessages } from '../model/changes-in-list';
import { formatCursor, parseCursor } from '../model/cursor';
import { arrivalsAfter, positionNow, type ChangeFeed } from './change-feed';
import type { ExchangeParts } from './parts';
import { PositionLost } from './position-lost';

interface FeedCursor {
  folder: string;
  position: string;
  /** Already told by Exchange, but beyond the limit. */
  left?: string[];
}

interface ListCursor extends KnownMessages {
  folder: string;
  /** As `stateOf` gives it: without another state, there is nothing new. */
  state: string;
}

/** The kind of a cursor where only lists can be compared. */
const LIST = 'list';

/** A longer position is not kept. Characters; Exchange's own are mostly shorter than 2,000. */
const LONGEST_POSITION = 50_000;

type Parts = Pick<ExchangeParts, 'changes' | 'folders' | 'reader'>;

/** `MailClient.changesSince` for Exchange: as its feed tells, or by listing where there is none. */
export async function changesSince(
  parts: Parts,
  folder: string,
  cursor: Cursor | undefined,
  options: ChangesOptions,
): Promise<FolderChanges> {
  const { changes: feed, folders } = parts;
  const restart = async () => await startAt(parts, folder, cursor !== undefined, options.signal);
  if (cursor === undefined) return await restart();
  const key = await feed.folderKey(folder);
  const ofFeed = parseCursor<FeedCursor>(feed.kind, cursor);
  const ofList = parseCursor<ListCursor>(LIST, cursor);
  if ((ofFeed ?? ofList)?.folder !== key) return await restart();
  try {
    if (ofList) return (await byListing(parts, folder, ofList, options)) ?? (await restart());
    if (typeof ofFeed?.position !== 'string') return await restart();
    const before = { ...ofFeed, folder: key, position: ofFeed.position };
    const read = async () => await fromFeed(feed, folder, before, options);
    return await read().catch(async (error: unknown) => {
      if (!isRefused(error)) throw error;
      await assertFeeds(feed, folder, error);
      return await read().catch((again: unknown) => {
        throw isRefused(again) ? new PositionLost() : again;
      });
    });
  } catch (error) {
    if (error instanceof PositionLost) return await restart();
    if (!isMailError(error, 'FOLDER_NOT_FOUND')) throw error;
    // The folder may have been deleted and created again.
    folders.forget();
    if ((await feed.folderKey(folder)) === key) throw error;
    return await restart();
  }
}

/** Exchange refuses some positions, such as one from before a move of the mailbox, with codes that do not say so. */
const isRefused = (error: unknown): boolean =>
  isMailError(error, 'SERVER_REFUSED') && !(error instanceof PositionLost);

/** @throws the refusal, if the feed gives nothing without a position either */
async function assertFeeds(feed: ChangeFeed, folder: string, refusal: unknown): Promise<void> {
  await feed.page(folder, undefined, { most: 1, times: false }).catch(() => {
    throw refusal;
  });
}

async function fromFeed(
  feed: ChangeFeed,
  folder: string,
  { folder: key, position, left = [] }: FeedCursor,
  options: ChangesOptions,
): Promise<FolderChanges> {
  const isLeft = Array.isArray(left) && left.length > 0;
  const told = isLeft
    ? { position, arrived: left, more: true }
    : await arrivalsAfter(feed, folder, position, options);
  if (told.position.length > LONGEST_POSITION) throw new PositionLost();
  const beyond = told.arrived.slice(options.limit);
  const next: FeedCursor = {
    folder: key,
    position: told.position,
    ...(beyond.length > 0 && { left: beyond }),
  };
  return {
    cursor: formatCursor(feed.kind, next),
    arrived: told.arrived.slice(0, options.limit),
    more: told.more || beyond.length > 0,
    restarted: false,
  };
}

async function startAt(
  parts: Parts,
  folder: string,
  restarted: boolean,
  signal: AbortSignal | undefined,
): Promise<FolderChanges> {
  const { changes: feed } = parts;
  const key = await feed.folderKey(folder);
  const none = { arrived: [], more: false, restarted };
  try {
    const position = await positionNow(feed, folder, signal);
    const isKept = position.length <= LONGEST_POSITION;
    if (isKept) return { ...none, cursor: formatCursor(feed.kind, { folder: key, position }) };
  } catch (error) {
    if (!isMailError(error, 'SERVER_REFUSED', 'NOT_SUPPORTED')) throw error;
  }
  const listed = await byListing(parts, folder, undefined, { limit: 0, signal });
  return { ...none, cursor: listed!.cursor };
}

/** The one way for servers without a feed. At rest it costs one request. */
async function byListing(
  { changes: feed, reader }: Parts,
  folder: string,
  before: Partial<ListCursor> | undefined,
  { limit, signal }: ChangesOptions,
): Promise<FolderChanges | undefined> {
  signal?.throwIfAborted();
  const state = await reader.stateOf(folder);
  if (before?.state === state) {
    return { cursor: formatCursor(LIST, before), arrived: [], more: false, restarted: false };
  }
  const newestFirst = await reader.find(folder, {}, MOST_KNOWN, new Map());
  const list = newestFirst.reverse().map((id) => ({ id }));
  const changes = changesInList(list, before, limit);
  if (!changes) return undefined;
  const { now, ...told } = changes;
  // While more is left, the state must not say that there is nothing new.
  const position: ListCursor = {
    ...now,
    folder: await feed.folderKey(folder),
    state: told.more ? '' : state,
  };
  return { cursor: formatCursor(LIST, position), ...told, restarted: false };
}
