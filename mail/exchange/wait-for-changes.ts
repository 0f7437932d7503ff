import { setTimeout as sleep } from 'node:timers/promises';

import { withDeadline } from '../async/deadline';
import type { FolderState } from '../model/client';

/** Poll interval for changes in a folder, in milliseconds. Each poll is a request, and Exchange limits requests. */
const POLL_INTERVAL = 10_000;

/**
 * `MailClient.waitForChanges` by polling: Exchange's notifications would need a second connection.
 *
 * @param stateOf requests the folder's state
 */
export async function waitForChanges(
  stateOf: () => Promise<FolderState>,
  known: FolderState | undefined,
  { timeout, signals }: { timeout: number; signals: readonly AbortSignal[] },
): Promise<FolderState> {
  const deadline = Date.now() + timeout;
  return await withDeadline({ signals }, async (stop) => {
    for (;;) {
      const state = await stateOf();
      const left = deadline - Date.now();
      if (state !== known || left <= 0 || stop.aborted) return state;
      await sleep(Math.min(left, POLL_INTERVAL), undefined, { signal: stop }).catch(() => {});
      if (stop.aborted) return state;
    }
  });
}
