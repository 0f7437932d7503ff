import { createHash } from 'node:crypto';

import type { SessionSettings } from '../account/session-settings';
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
  /** All messages up to here are settled, except those in `backlog`. */
  cursor: Cursor;
  /** Digests of the ids of those messages after the cursor, or in the backlog, that are settled. */
  settled: string[];
  /**
   * Present while messages are left that were there when the watch began: which they are, and digests of the ids of the
   * next of them, oldest first.
   */
  backlog?: { since?: string; next: string[] };
  /** The last messages that were settled, and the newest ones that were there at the start; see `RecentMessages`. */
  recent: string[];
  /** The newest time of the messages that are no longer in `recent`. */
  forgotten: string;
  /** Messages that were received before this time are settled, or were there at the start. */
  newest: string;
  /** When the newest message was received that was there at the start. */
  began: string;
}

/** How far apart the times of two messages may be that arrive one after the other. Milliseconds. */
export const MARGIN = 10 * 60_000;

/** @returns undefined if it is of another version, of another folder, or no state at all */
export function usableState(state: unknown, of: string): WatchState | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { v, cursor, settled, backlog, recent, newest, began, forgotten, ...rest } =
    state as Partial<WatchState>;
  if (v !== 1 || rest.of !== of || typeof cursor !== 'string') return undefined;
  const texts = (list: unknown): string[] =>
    Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  const time = (text: unknown) => (Number.isNaN(Date.parse(String(text))) ? undefined : String(text));
  return {
    ...{ v, of, cursor, settled: texts(settled), recent: texts(recent) },
    ...(backlog && { backlog: { since: time(backlog.since), next: texts(backlog.next) } }),
    newest: time(newest) ?? new Date().toISOString(),
    began: time(began) ?? new Date(0).toISOString(),
    forgotten: time(forgotten) ?? new Date(0).toISOString(),
  };
}

/** Identifies a folder of an account, in any process. */
export function watchedFolder(settings: SessionSettings, folder: string): string {
  const { provider, authenticator, server } = settings;
  const shared = settings.protocol === 'graph' ? settings.graph.mailbox : undefined;
  const other = settings.protocol === 'ews' ? settings.ews.mailbox : undefined;
  const host = provider === 'other' ? server.host : '';
  return digest(JSON.stringify([provider, host, authenticator.account, shared ?? other ?? '', folder]));
}

/** Short text for an id, of which two are never the same by chance. */
export const digest = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 9).toString('base64url');

/** The same for a few hundred messages. Eight letters. */
export const shortDigest = (text: string): string => digest(text).slice(0, 8);
