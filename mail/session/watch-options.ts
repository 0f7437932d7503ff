import type { MailError } from '../errors';
import type { Message } from '../model/message';
import type { FetchOptions, MessageQuery } from '../model/query';
import type { WatchState } from './watch-state';

/** Which of the messages that are there at the start arrive too. Over POP3 all mail counts as unread. */
export type WatchStart = 'new' | 'unread' | { since: Date };

/** What a log should tell. */
export type WatchEvent =
  /** The watch has begun, with so many messages that were there before. */
  | { type: 'started'; found: number }
  /**
   * The server no longer knows what is new since the cursor. All mail received since this time was compared with what
   * was settled; so many messages may be new.
   */
  | { type: 'restarted'; found: number; since: Date };

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
  /** When to look again at a message that could not be read. Milliseconds. */
  retryAfter?: number;
}

/** A message that arrived and matches. */
export interface Arrival {
  id: string;
  /** The Message-ID header, with its angle brackets; absent if it has none or could not be read. */
  messageId?: string;
  /** The error if the server has the message but does not give it, even after several attempts. */
  message: Message | MailError;
}
