/**
 * A position in the changes of a folder, as text of its protocol (JSON). It holds no secret, has at most a few tens of
 * kilobytes, and stays valid in another process. The caller keeps it.
 */
export type Cursor = string;

/** The messages that arrived in a folder after a cursor. */
export interface FolderChanges {
  /** The position after `arrived`; the next call continues there. */
  cursor: Cursor;
  /** The ids of new messages, and of messages that were moved in, oldest first. */
  arrived: string[];
  /** Whether more have arrived than the limit allows. */
  more: boolean;
  /**
   * Whether the old cursor no longer holds, so that it is unknown what arrived since: the folder has a new UIDVALIDITY,
   * Exchange lost the sync state, the delta link expired, or the cursor is of another folder. `arrived` is then empty,
   * and `cursor` is the position now.
   */
  restarted: boolean;
  /** Present if all known messages are gone and as many others are there: the server may have given them new ids. */
  mayBeKnown?: true;
}

export interface ChangesOptions {
  /** Maximum number of messages in `arrived`. */
  limit: number;
  signal?: AbortSignal;
}
