import { setTimeout as sleep } from 'node:timers/promises';

import { withDeadline } from '../async/deadline';
import type { FolderState } from '../model/client';
import type { WatchQueue } from './watch-queue';
import type { Watched } from './watched';

/** The longest wait without a word from the server (see IDLE in RFC 2177). Milliseconds. */
const ROUND = 2 * 60_000;

/** The time in which a watch has nothing to do. */
export class WatchPause {
  /** Of the folder, when the last pause ended. */
  private known?: FolderState;
  private wake = () => {};

  constructor(private readonly watched: Watched) {}

  /** The caller has settled a message, or given one back. */
  mayEnd(): void {
    this.wake();
  }

  /**
   * Until something may be new: the server says so, the time for the next look or for a message that was set aside has
   * come, or the caller did something.
   */
  async over(queue: WatchQueue, signal: AbortSignal | undefined): Promise<void> {
    if (queue.hasNext) return;
    const woken = new AbortController();
    const isFull = queue.isFull;
    this.wake = () => (queue.hasNext || isFull ? woken.abort() : undefined);
    const longest = Math.max(0, queue.dueAt - Date.now());
    try {
      await withDeadline({ signals: [signal, woken.signal] }, async (stop) => {
        if (!isFull && (await this.hear(longest, stop))) return;
        const { session, options } = this.watched;
        // A mailbox that is open over POP3 is locked for others.
        if (session.settings.protocol === 'pop3') void session.yieldConnection();
        await sleep(Math.min(options.checkEvery, longest), undefined, { signal: stop }).catch(() => {});
      });
    } finally {
      this.wake = () => {};
    }
  }

  /** Listens to the server. Returns false if it does not tell of new mail by itself. */
  private async hear(longest: number, stop: AbortSignal): Promise<boolean> {
    const { session, options } = this.watched;
    return await session.wait(async (client, wanted) => {
      if (!client.notifies) return false;
      const timeout = Math.min(ROUND, longest);
      // It ends early if another session needs the connection.
      await withDeadline({ signals: [stop, wanted] }, async (end) => {
        this.known = await client.waitForChanges(options.folder, this.known, { timeout, signal: end });
      });
      return true;
    });
  }
}
