import { setTimeout as sleep } from 'node:timers/promises';

import { withDeadline } from '../async/deadline';
import type { FolderState } from '../model/client';
import type { Entry } from './entries';
import { assertInbox } from './inbox';
import type { Maildrop } from './maildrop';

/**
 * `MailClient.waitForChanges` for POP3. The server sends no notifications; only a new login shows new messages.
 *
 * @param pollInterval milliseconds
 */
export async function waitForChanges(
  maildrop: Maildrop,
  folder: string,
  known: FolderState | undefined,
  { timeout, signal, pollInterval }: { timeout: number; signal?: AbortSignal; pollInterval: number },
): Promise<FolderState> {
  assertInbox(folder);
  const deadline = Date.now() + timeout;
  return await withDeadline({ signals: [maildrop.closeSignal, signal] }, async (stop) => {
    for (let first = true; ; first = false) {
      if (!first || known !== undefined) await maildrop.reconnect();
      const state = await maildrop.exclusively(async (connection) =>
        stateOf(await maildrop.entries(connection)),
      );
      const left = deadline - Date.now();
      if (state !== known || left <= 0 || stop.aborted) return state;
      await sleep(Math.min(left, pollInterval), undefined, { signal: stop }).catch(() => {});
      if (stop.aborted || Date.now() >= deadline) return state;
    }
  });
}

const stateOf = (entries: readonly Entry[]): FolderState => `${entries.length}:${entries[0]?.uidl ?? ''}`;
