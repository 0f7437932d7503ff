import type { Cursor } from '../model/changes';

/**
 * What a watch has to remember between two processes, as JSON: at most some tens of kilobytes, no secret. Keep it under
 * a key of its own, and replace it as a whole.
 */
export interface WatchState {
  /** The version of this format. A state of another version is not used. */
  v: 1;
  /** A digest of the account and the folder. A state of another folder is not used. */
  of: string;
  /** All messages up to here are settled. */
  cursor: Cursor;
  /** Digests of the ids of messages after the cursor that are settled. */
  settled: string[];
  /**
   * Present while messages are left that were there before the cursor, because the watch began with unread mail or mail
   * since a date, or the cursor was lost: how they are found again, and digests of the next of them, oldest first.
   */
  backlog?: { kind: 'start' | 'lost'; next: string[]; since?: string; before: string };
  /** Digests of the Message-IDs of the last messages that were settled. */
  recent: string[];
  /** The newest time at which a settled message was received. */
  newest?: string;
}
