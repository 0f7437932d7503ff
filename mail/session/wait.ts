import { isMailError } from '../errors';
import type { FolderState } from '../model/client';
import type { FailedMessages } from '../model/failed-messages';
import type { Session } from './session';
import type { Message } from '../model/message';
import type { MessageQuery, FetchOptions } from '../model/query';

export interface Wait {
  folder: string;
  query: MessageQuery;
  wanted: FetchOptions;
  /** Whether messages that are there already count. */
  includeExisting: boolean;
  /** Milliseconds. */
  timeout: number;
  signal?: AbortSignal;
}

/** The session is given back after this long, so that other work on it gets its turn. Milliseconds. */
const SLICE = 60_000;

/** Nobody reads more messages than these for one that arrived. */
const MOST = 1000;

/**
 * Waits until matching messages arrive, and returns them, newest first; none when the time is up. A connection that is
 * lost while waiting is opened again, and messages that came in between are found.
 *
 * @throws {MailError}; what the signal was aborted with
 */
export async function waitForMessages(
  session: Session,
  { folder, query, wanted, includeExisting, timeout, signal }: Wait,
): Promise<Message[]> {
  const deadline = Date.now() + timeout;
  let known: FolderState | undefined;
  let seen: ReadonlySet<string> | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const left = deadline - Date.now();
    // The state first: what arrives between the two questions is found by the next round.
    const state = await session.use(
      async (client) =>
        await client.waitForChanges(folder, known, { timeout: Math.max(0, Math.min(left, SLICE)), signal }),
      { repeatable: true },
    );
    signal?.throwIfAborted();
    if (state !== known) {
      known = state;
      const failed: FailedMessages = new Map();
      const ids = await session.use(
        async (client) => {
          failed.clear();
          return await client.findMessages(folder, query, MOST, failed);
        },
        { repeatable: true },
      );
      const before = seen ?? (includeExisting ? new Set<string>() : new Set([...ids, ...failed.keys()]));
      // Of what has come and cannot be read, nobody can say that it is not what is waited for.
      for (const [id, error] of failed) if (!before.has(id)) throw error;
      const arrived = ids.filter((id) => !before.has(id));
      seen = before;
      if (arrived.length > 0) {
        const messages = await session.use(async (client) => await client.getMessages(arrived, wanted), {
          repeatable: true,
        });
        const there: Message[] = [];
        for (const message of arrived.map((id) => messages.get(id))) {
          if (message && !isMailError(message)) there.push(message);
          // One that is gone again was not there to be waited for. One that is not given may be the one.
          else if (isMailError(message) && message.code !== 'MESSAGE_NOT_FOUND') throw message;
        }
        if (there.length > 0) return there;
      }
    }
    if (Date.now() >= deadline) return [];
  }
}
