import { isMailError } from '../../../mail/errors';
import {
  FolderWatch,
  type Arrival,
  type WatchOptions,
  type WatchState,
} from '../../../mail/session/folder-watch';
import type { Session } from '../../../mail/session/session';
import { sleep } from '../../servers/wait';

type Options = Partial<WatchOptions>;

/**
 * Watches an inbox as a trigger does: gives each message its time, settles it, keeps the state, and tries again after
 * errors. It can be killed at any time, and goes on from the state that it kept.
 */
export class Watcher {
  /** The subjects of the messages that were settled, in order. */
  readonly settled: string[] = [];
  /** The codes of the errors. */
  readonly errors: string[] = [];
  readonly events: string[] = [];
  state?: WatchState;
  private session?: Session;
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** @param work milliseconds that a message takes until it is settled */
  constructor(
    private readonly open: () => Session,
    private readonly options: Options = {},
    private readonly work: () => number = () => 0,
    private readonly limit = 5,
  ) {}

  /** Returns as soon as it knows where it begins. */
  async start(): Promise<void> {
    const session = this.open();
    const stopping = new AbortController();
    [this.session, this.stopping] = [session, stopping];
    const watch = new FolderWatch(session, {
      ...{ folder: 'INBOX', query: {}, wanted: { content: false }, start: 'new', checkEvery: 30 },
      ...this.options,
      state: this.state,
      log: (event) => this.events.push(event.type),
    });
    while (!watch.state) await this.trying(async () => await watch.begin(stopping.signal));
    this.keep(watch, stopping.signal);
    this.running = this.run(watch, stopping.signal);
  }

  /** As when the process is killed: nothing more is settled or kept. */
  async kill(): Promise<void> {
    this.stopping.abort();
    await this.session?.close();
    await this.running;
  }

  private async run(watch: FolderWatch, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.trying(async () => {
        const arrivals = await watch.next({ limit: this.limit, signal });
        for (const arrival of arrivals) void this.handle(watch, arrival, signal);
      });
      this.keep(watch, signal);
    }
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.errors.push(isMailError(error) ? error.code : String(error));
      await sleep(50);
    }
  }

  private async handle(watch: FolderWatch, { id, message }: Arrival, signal: AbortSignal): Promise<void> {
    await sleep(this.work());
    if (signal.aborted) return;
    this.settled.push(isMailError(message) ? message.code : message.subject);
    watch.settle(id);
    this.keep(watch, signal);
  }

  /** As text, as it is stored. */
  private keep(watch: FolderWatch, signal: AbortSignal): void {
    if (!signal.aborted && watch.state) this.state = JSON.parse(JSON.stringify(watch.state)) as WatchState;
  }
}
