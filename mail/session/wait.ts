import { setTimeout as sleep } from 'node:timers/promises';

import { withDeadline } from '../async/deadline';
import { isMailError } from '../errors';
import type { FolderState, MailClient } from '../model/client';
import type { FailedMessages } from '../model/failed-messages';
import type { Session } from './session';
import type { Message } from '../model/message';
import type { MessageQuery, FetchOptions } from '../model/query';

export interface Wait {
  folder: string;
  query: MessageQuery;
  wanted: FetchOptions;
  /** Whether messages that already exist count. */
  includeExisting: boolean;
  /** Milliseconds. */
  timeout: number;
  signal?: AbortSignal;
}

/** The session is released after this time, so that other work on it gets its turn. Milliseconds. */
const SLICE = 60_000;

/** How long to pause before getting in line again. Milliseconds. */
const PAUSE = 1000;

/** Maximum number of messages to read to find a new one. */
const MOST = 1000;

/**
 * Waits until matching messages arrive, and returns them, newest first; an empty list when the time is up. If the
 * connection is lost, it is reopened, and messages that arrived in between are found.
 *
 * @throws {MailError}; what the signal was aborted with
 */
export async function waitForMessages(
  session: Session,
  { folder, query, wanted, includeExisting, timeout, signal }: Wait,
): Promise<Message[]> {
  // Starts with the first look, however long that waited for a connection.
  let deadline: number | undefined;
  let known: FolderState | undefined;
  let seen: ReadonlySet<string> | undefined;
  /** Its connection went to others, so it waits for one for as long as it waits for mail. */
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const isLast = deadline === undefined || Date.now() + PAUSE >= deadline;
        if (isLast || !isMailError(error, 'CONNECTION_LIMIT')) throw error;
        await sleep(PAUSE, undefined, { signal }).catch(() => signal?.throwIfAborted());
      }
    }
  };
  const use = async <T>(work: (client: MailClient) => Promise<T>): Promise<T> =>
    await patiently(async () => await session.use(work, { repeatable: true }));
  for (;;) {
    signal?.throwIfAborted();
    const left = () => (deadline === undefined ? timeout : deadline - Date.now());
    // If another session needs the connection, the slice ends early.
    const slice = async (client: MailClient, taken: AbortSignal): Promise<FolderState> =>
      await withDeadline({ signals: [signal, taken] }, async (stop) => {
        const options = { timeout: Math.max(0, Math.min(left(), SLICE)), signal: stop };
        return await client.waitForChanges(folder, known, options);
      });
    // The state comes first: a message that arrives between the two requests is found in the next round.
    const state = await patiently(async () => await session.wait(slice));
    signal?.throwIfAborted();
    if (state !== known) {
      known = state;
      const failed: FailedMessages = new Map();
      const ids = await use(async (client) => {
        failed.clear();
        return await client.findMessages(folder, query, MOST, failed);
      });
      const before = seen ?? (includeExisting ? new Set<string>() : new Set([...ids, ...failed.keys()]));
      // A new message that cannot be read may be the expected one, so its error is thrown.
      for (const [id, error] of failed) if (!before.has(id)) throw error;
      const arrived = ids.filter((id) => !before.has(id));
      seen = before;
      if (arrived.length > 0) {
        const messages = await use(async (client) => await client.getMessages(arrived, wanted));
        const there: Message[] = [];
        for (const message of arrived.map((id) => messages.get(id))) {
          if (message && !isMailError(message)) there.push(message);
          // One that is gone again was not there to be waited for. One that is not given may be the one.
          else if (isMailError(message) && message.code !== 'MESSAGE_NOT_FOUND') throw message;
        }
        if (there.length > 0) return there;
      }
    }
    deadline ??= Date.now() + timeout;
    if (Date.now() >= deadline) return [];
  }
}
