import { setTimeout as sleep } from 'node:timers/promises';

import { withDeadline } from '../async/deadline';
import type { FolderState } from '../model/client';

/** How often a folder is asked for news: a request each, and Exchange counts them. Milliseconds. */
const POLL_INTERVAL = 10_000;

/**
 * `MailClient.waitForChanges` by asking: Exchange's notifications need a second connection of their own.
 *
 * @param stateOf asks for the folder's state
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
