import { invalidInput } from '../errors';
import type { SpecialUse } from './folder';
import type { Message } from './message';
import type { Sort } from './message-search';
import type { FetchOptions } from './query';

/** A thread: the one of a message, by the id of the message, or the one that messages name in `threadId`. */
export type ThreadReference = { id: string } | { threadId: string };

export interface ThreadOptions {
  wanted: FetchOptions;
  /** Of the messages in the chosen order. */
  limit: number;
  /** The oldest first, unless it says otherwise. */
  sort?: Sort;
  /**
   * Whether to look everywhere. Otherwise drafts, the trash and junk are left out, unless the thread is given by a message
   * there; over IMAP, so are other folders than the message's own, the inbox, the sent folder, the archive and all mail.
   */
  allFolders?: boolean;
}

/** If a message is in several folders, it is shown from the first of these. Other folders come before `\All`. */
const PREFERRED: readonly SpecialUse[] = ['\\Inbox', '\\Sent', '\\Archive'];
const AVOIDED: readonly SpecialUse[] = ['\\All', '\\Flagged', '\\Drafts', '\\Junk', '\\Trash'];

/** The position of a folder among those that may hold the same message: the lowest is shown. */
export function rankOf(use: SpecialUse | undefined, isOwn: boolean): number {
  const avoided = AVOIDED.findIndex((one) => one === use);
  if (avoided >= 0) return 100 + avoided;
  const preferred = PREFERRED.findIndex((one) => one === use);
  return isOwn ? -1 : preferred >= 0 ? preferred : PREFERRED.length;
}

/**
 * Leaves out what is a copy of a message in a folder of lower rank, as everyone who sends to themselves has it. A
 * Message-ID alone is not enough: a stranger can write the same one, and would hide the other message.
 */
export function withoutCopies(messages: readonly Message[], rank: (folder: string) => number): Message[] {
  const shown = new Map<string, string>();
  const kept = new Set<Message>();
  for (const message of messages.toSorted((a, b) => rank(a.folder) - rank(b.folder))) {
    const { messageId, from, date, folder } = message;
    const copy = messageId && JSON.stringify([messageId, from[0]?.address.toLowerCase(), date]);
    if (copy && (shown.get(copy) ?? folder) !== folder) continue;
    if (copy) shown.set(copy, folder);
    kept.add(message);
  }
  return messages.filter((one) => kept.has(one));
}

/** Whether a thread is named by the Message-ID that started it (see `threadRoot`), and not by an id of the server. */
export const isHeaderId = (threadId: string): boolean => /^<[!-;=?-~]{1,250}>$/.test(threadId);

/** For an id that cannot be one of this server. */
export const notAThread = (threadId: string) =>
  invalidInput(
    'Thread ID',
    `"${threadId.slice(0, 100)}" is not the id of a thread on this server`,
    'Use the field "threadId" of a message that was read from the same account over the same protocol.',
  );
