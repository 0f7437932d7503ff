import type { Memory } from './memory';
import type { RunOutcome } from './start-run';

/** A trigger that listens, as the others of its process see it. */
export interface Live {
  readonly workflowId: string;
  readonly nodeName: string;
  /** Names the account whose connection it keeps. */
  readonly account?: string;
  /** The mailbox whose mail it hears, if it hands answers to waiting runs. */
  readonly answersTo?: string;
  readonly memory: Memory | undefined;
  close(): Promise<void>;
}

/** A run whose outcome is not known yet. */
export interface RunUnderWay {
  outcome: Promise<RunOutcome>;
  /** Whether an earlier process may have started it before. */
  isAgain: boolean;
}

/** How many triggers' memories are kept after they were closed. */
const MOST_KEPT = 1_000;

/** The triggers of this process, by workflow and node. n8n may activate one twice, and forgets the older one. */
export class TriggerProcess {
  readonly #live = new Map<string, Live>();
  readonly #kept = new Map<string, Memory>();
  /** The newest of each node, also after it was closed. */
  readonly #newest = new Map<string, WeakRef<Live>>();
  /** By their deduplication keys. They outlive the trigger that started them. */
  readonly running = new Map<string, RunUnderWay>();

  /** The newest takes over, and the older one is closed. */
  async enter(id: string, trigger: Live): Promise<void> {
    const older = this.#live.get(id);
    this.#live.set(id, trigger);
    this.#newest.set(id, new WeakRef(trigger));
    await older?.close();
  }

  leave(id: string, trigger: Live): void {
    if (this.#live.get(id) === trigger) this.#live.delete(id);
  }

  /** Whether it may emit. */
  isLive(id: string, trigger: Live): boolean {
    return this.#live.get(id) === trigger;
  }

  /** Whether no newer one knows more than it does. */
  isNewest(id: string, trigger: Live): boolean {
    return this.#newest.get(id)?.deref() === trigger;
  }

  all(): Live[] {
    return [...this.#live.values()];
  }

  /** Kept in memory too, because n8n saves the static data only when a trigger emits. */
  keep(id: string, memory: Memory): void {
    this.#kept.delete(id);
    this.#kept.set(id, memory);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** The newer of what this process and the database know: another process may have been in charge since. */
  recall(id: string, stored: Memory | undefined): Memory | undefined {
    const kept = this.#kept.get(id);
    return kept && kept.at >= (stored?.at ?? 0) ? kept : stored;
  }
}

const KEY = Symbol.for('n8n-nodes-email-session/triggers@1');

/** The only one of this process, also if another package loads a second copy of this module. */
export const triggers: TriggerProcess = ((globalThis as { [KEY]?: TriggerProcess })[KEY] ??=
  new TriggerProcess());
