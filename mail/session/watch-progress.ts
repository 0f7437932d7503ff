import type { RecentMessages } from './recent-messages';
import type { WatchQueue } from './watch-queue';
import { digest, type WatchState } from './watch-state';

/** What a watch knows, and its state keeps. */
export interface WatchProgress {
  queue: WatchQueue;
  recent: RecentMessages;
  /** Digests of what was settled in an earlier process behind the cursor, until the server has told all of it again. */
  settledBefore: Set<string>;
}

/** How many digests of the next messages of a backlog are kept: some may be read or deleted by others. */
const MARKERS = 50;

/** @param of as in `WatchState` */
export function toState({ queue, recent, settledBefore }: WatchProgress, of: string): WatchState {
  const { backlog, settled, ...rest } = queue.state;
  return {
    ...{ v: 1, of, ...rest, recent: recent.toJSON() },
    forgotten: recent.forgotten,
    settled: [...new Set([...settled, ...settledBefore])],
    ...(backlog && {
      backlog: { since: backlog.since, next: backlog.open.slice(0, MARKERS).map(digest) },
    }),
  };
}
