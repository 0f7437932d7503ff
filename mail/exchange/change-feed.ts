import type { ChangesOptions } from '../model/changes';

/** How Exchange itself tells what changed in a folder: a sync state (EWS), a delta link (Graph). */
export interface ChangeFeed {
  /** The protocol, which a cursor names. */
  readonly kind: string;
  /** What identifies a folder in a cursor. */
  folderKey(folder: string): Promise<string>;
  /**
   * The position now, which takes a request for every few hundred messages in the folder.
   *
   * @throws {MailError} SERVER_REFUSED, NOT_SUPPORTED if this server does not have it
   */
  now(folder: string, signal: AbortSignal | undefined): Promise<string>;
  /** What came after a position, oldest first. @throws {PositionLost} */
  after(folder: string, position: string, options: ChangesOptions): Promise<Arrivals>;
}

/** Messages after a position, and the position behind them. */
export interface Arrivals {
  position: string;
  arrived: string[];
  more: boolean;
}
