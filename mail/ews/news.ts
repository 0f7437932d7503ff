import { setTimeout as sleep } from 'node:timers/promises';

import type { FolderState } from '../client';
import type { EwsReader } from './read';

/** How often a folder is asked for news: a request each, and Exchange counts them. Milliseconds. */
const POLL_INTERVAL = 10_000;

/** `MailClient.waitForNews` for EWS, by asking: its notifications need a second connection of their own. */
export async function waitForNews(
  reader: EwsReader,
  folder: string,
  known: FolderState | undefined,
  { timeout, signals }: { timeout: number; signals: readonly AbortSignal[] },
): Promise<FolderState> {
  const deadline = Date.now() + timeout;
  const stop = AbortSignal.any([...signals]);
  for (;;) {
    const state = await reader.stateOf(folder);
    const left = deadline - Date.now();
    if (state !== known || left <= 0 || stop.aborted) return state;
    await sleep(Math.min(left, POLL_INTERVAL), undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return state;
  }
}
