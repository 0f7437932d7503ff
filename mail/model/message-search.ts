import type { FailedFolders, Folder } from './folder';
import type { Message } from './message';
import type { FetchOptions, MessageQuery } from './query';

/** Which messages come first, and which ones a limit leaves out. */
export type Sort = 'newest' | 'oldest';

/** A search in one folder or more. */
export interface MessageSearch {
  where: SearchedFolders;
  query: MessageQuery;
  wanted: FetchOptions;
  /** Of all folders together. */
  limit: number;
  sort: Sort;
}

/** Folders that a search in all folders leaves out, unless it is told otherwise. */
export const LEFT_OUT = ['\\Drafts', '\\Junk', '\\Trash'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** Folders by path or special use; or all folders, except those with these uses and what is in them. */
export type SearchedFolders = readonly string[] | { allExcept: readonly LeftOut[] };

export type { FailedFolders };

/** Folders that show messages of other folders (RFC 6154). */
const VIEWS: ReadonlyArray<string | undefined> = ['\\All', '\\Flagged'];

/** The folders for a search in all folders. Each message is in one of them, and none is there twice. */
export function allFolders(folders: readonly Folder[], except: readonly LeftOut[]): Folder[] {
  const isLeftOut = ({ specialUse }: Folder) => except.some((use) => use === specialUse);
  const roots = folders.filter(isLeftOut).map(({ path, delimiter }) => ({ path, within: path + delimiter }));
  return folders.filter(
    ({ path, selectable, specialUse }) =>
      selectable &&
      !VIEWS.includes(specialUse) &&
      !roots.some((root) => path === root.path || path.startsWith(root.within)),
  );
}

/**
 * Messages of several folders in one order, as many as wanted: by the time of receipt, or the sender's time if the server
 * does not give it. Those of one time are in the order of the senders' times. One without a time is last.
 */
export function inOrder(messages: readonly Message[], sort: Sort, limit = Infinity): Message[] {
  const timeOf = ({ receivedAt, date }: Message) => receivedAt ?? date;
  const sorted = messages.toSorted(
    (a, b) => compareTimes(timeOf(a), timeOf(b), sort) || compareTimes(a.date, b.date, sort),
  );
  return sorted.slice(0, limit);
}

/** For sorting by times (ISO 8601). */
export function compareTimes(a: string | undefined, b: string | undefined, sort: Sort): number {
  const [x, y] = [a, b].map((time) => (time ? Date.parse(time) : Number.NaN));
  if (Number.isNaN(x!) || Number.isNaN(y!)) return Number(Number.isNaN(x!)) - Number(Number.isNaN(y!));
  return sort === 'newest' ? y! - x! : x! - y!;
}
