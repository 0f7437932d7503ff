import { assertQuery } from '../model/query';
import type { Session } from './session';
import { beginHere, goOn } from './watch-begin';
import { look } from './watch-look';
import type { Arrival, WatchOptions } from './watch-options';
import { WatchPause } from './watch-pause';
import { toState, type WatchProgress } from './watch-progress';
import { usableState, watchedFolder, type WatchState } from './watch-state';
import { take } from './watch-take';
import type { Watched } from './watched';

export type { Arrival, WatchEvent, WatchOptions, WatchStart } from './watch-options';
export type { WatchState } from './watch-state';

/**
 * Tells what is new in a folder, over any protocol. Give each message to `settle` once its work is safe, and keep
 * `state`: a watch with that state continues there, in another process too.
 *
 * Contract:
 * - Every message that arrives and matches is given, oldest first. None is given twice, except that one that was not
 *   settled is given again by the next watch with this state.
 * - Network and server errors reject `next`, and nothing is lost: wait, then call `next` again.
 * - A message that cannot be read is looked at three times, and then given with its error; if the server says that it is
 *   temporary, after an hour; if it brings a bug to light, at once. It does not stop the others.
 * - The session stays the caller's: it may be used for other work while `next` waits, and the caller closes it, which
 *   also ends `next`.
 */
export class FolderWatch {
  private readonly watched: Watched;
  private readonly of: string;
  private readonly stored?: WatchState;
  /** Absent before the server was asked for the first time. */
  private progress?: WatchProgress;
  private readonly pause: WatchPause;

  /** @throws {MailError} INVALID_INPUT for a query that cannot be used */
  constructor(session: Session, options: WatchOptions) {
    assertQuery(options.query);
    this.watched = { session, options };
    this.of = watchedFolder(session.settings, options.folder);
    this.stored = usableState(options.state, this.of);
    this.pause = new WatchPause(this.watched);
  }

  /**
   * Finds the place where the watch begins, if it has none. Keep `state` right afterwards: without it, a watch in
   * another process begins later.
   *
   * @throws {MailError}; what the signal was aborted with
   */
  async begin(signal?: AbortSignal): Promise<void> {
    await this.begun(signal);
  }

  /**
   * Waits until messages have arrived that match, and returns at most `limit` of them, oldest first: at least one. Call
   * it again only after it has returned or rejected.
   *
   * @throws {MailError}; what the signal was aborted with
   */
  async next({ limit, signal }: { limit: number; signal?: AbortSignal }): Promise<Arrival[]> {
    for (;;) {
      const progress = await this.begun(signal);
      const { queue } = progress;
      const arrivals = await take(this.watched, progress, limit);
      if (arrivals.length > 0) return arrivals;
      if (queue.hasNext) continue;
      const hasMore = !queue.isFull && (await look(this.watched, progress, signal));
      if (!hasMore) await this.pause.over(queue, signal);
    }
  }

  /** The message needs to be given no more: its run exists. Ids that were not given are ignored. */
  settle(id: string): void {
    const given = this.progress?.queue.givenAs(id);
    if (!this.progress || !given) return;
    const { message } = given;
    if (message) this.progress.recent.add(message);
    this.progress.queue.settle(id, message?.receivedAt);
    this.pause.mayEnd();
  }

  /** The message is given again by a later `next`: its run could not be started. Ids that were not given are ignored. */
  giveBack(id: string): void {
    this.progress?.queue.giveBack(id);
    this.pause.mayEnd();
  }

  /** How many messages are given and not settled. */
  get unsettled(): number {
    return this.progress?.queue.given.length ?? 0;
  }

  /** A copy of what has to be kept; undefined before the server was asked for the first time. */
  get state(): WatchState | undefined {
    return this.progress ? toState(this.progress, this.of) : this.stored && structuredClone(this.stored);
  }

  private async begun(signal: AbortSignal | undefined): Promise<WatchProgress> {
    signal?.throwIfAborted();
    return (this.progress ??= this.stored
      ? await goOn(this.watched, this.stored, signal)
      : await beginHere(this.watched, signal));
  }
}
