import type { MailError } from '../errors';
import type { Message } from '../model/message';
import type { FetchOptions, MessageQuery } from '../model/query';
import type { Session } from './session';
import type { WatchState } from './watch-state';

export type { WatchState } from './watch-state';

/** Which of the messages that are there at the start arrive too. Over POP3 all mail counts as unread. */
export type WatchStart = 'new' | 'unread' | { since: Date };

/** What a log should tell. */
export type WatchEvent =
  /** The server no longer knows what is new since the cursor; the watch found its place by comparing messages. */
  | { type: 'restarted'; found: number; since?: Date }
  /** The watch has begun, with so many messages that were there before. */
  | { type: 'started'; found: number };

export interface WatchOptions {
  /** By its path or its special use. */
  folder: string;
  query: MessageQuery;
  wanted: FetchOptions;
  /** Used only without a usable `state`. */
  start: WatchStart;
  /** How often to ask a server that does not tell of new mail by itself. Milliseconds. */
  checkEvery: number;
  state?: WatchState;
  log?: (event: WatchEvent) => void;
}

/** A message that arrived and matches. */
export interface Arrival {
  id: string;
  /** The Message-ID header, with its angle brackets; absent if it has none or could not be read. */
  messageId?: string;
  /** The error if the server has the message but does not give it. */
  message: Message | MailError;
}

/**
 * Tells what is new in a folder, over any protocol. Give each message to `settle` once its work is safe, and keep
 * `state`: a watch with that state continues there, in another process too.
 *
 * Contract:
 * - Every message that arrives and matches is given, oldest first. None is given twice, except that one that was not
 *   settled is given again by the next watch with this state.
 * - Network and server errors reject `next`, and nothing is lost: wait, then call `next` again.
 * - A message that cannot be read is given with its error.
 * - The session stays the caller's: it may be used for other work while `next` waits, and the caller closes it.
 */
export class FolderWatch {
  constructor(
    private readonly session: Session,
    private readonly options: WatchOptions,
  ) {}

  /**
   * Waits until messages have arrived that match, and returns at most `limit` of them, oldest first: at least one. Call
   * it again only after it has returned or rejected.
   *
   * @throws {MailError}; what the signal was aborted with
   */
  async next(_options: { limit: number; signal?: AbortSignal }): Promise<Arrival[]> {
    return await Promise.reject(new Error(`not there yet: ${this.session.name}, ${this.options.folder}`));
  }

  /** The message needs to be given no more: its run exists. Ids that were not given are ignored. */
  settle(_id: string): void {}

  /** The message is given again by a later `next`: its run could not be started. */
  giveBack(_id: string): void {}

  /** How many messages are given and not settled. */
  get unsettled(): number {
    return 0;
  }

  /** A copy of what has to be kept; undefined before the first `next` has asked the server. */
  get state(): WatchState | undefined {
    return undefined;
  }
}
