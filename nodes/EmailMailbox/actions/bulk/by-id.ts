import type { Session } from '../../../../mail/session/session';
import type { BatchCounter } from './batch-counter';
import { inChunks } from './chunks';
import type { BulkAction, BulkResult } from './types';

/** Messages that go together: of one session, to be treated alike. */
interface Group<P, R> {
  session: Session;
  parameters: P;
  ids: Set<string>;
  outcomes: ReadonlyMap<string, R | Error>;
}

/** Gathers the messages that all items name, and works on those that go together at once. */
export class MessagesById<P, R> {
  private readonly groups = new Map<string, Group<P, R>>();

  constructor(
    private readonly action: BulkAction<P, R>,
    private readonly counter: BatchCounter,
  ) {}

  /** @returns gives what became of the messages, once `run` is done */
  add(session: Session, parameters: P, ids: readonly string[]): () => BulkResult[] {
    const key = JSON.stringify([session.name, parameters]);
    const group = this.groups.get(key) ?? {
      ...{ session, parameters },
      ...{ ids: new Set<string>(), outcomes: new Map<string, R | Error>() },
    };
    this.groups.set(key, group);
    for (const id of ids) group.ids.add(id);
    return () => ids.flatMap((id) => this.resultsOf(group, id));
  }

  /** @param stopAtError leaves the groups that follow undone */
  async run(stopAtError: boolean): Promise<void> {
    for (const group of this.groups.values()) {
      if (stopAtError && this.counter.failed > 0) {
        this.counter.failed += group.ids.size;
        continue;
      }
      const { session, parameters, ids } = group;
      const { outcomes, stoppedBy } = await inChunks(this.action, session, parameters, [...ids]);
      for (const id of stoppedBy ? ids : []) if (!outcomes.has(id)) outcomes.set(id, stoppedBy!);
      group.outcomes = outcomes;
      for (const outcome of outcomes.values()) this.counter.count(outcome);
    }
  }

  /** Nothing for a message that was left undone because another one failed. */
  private resultsOf({ outcomes, parameters }: Group<P, R>, id: string): BulkResult[] {
    const outcome = outcomes.get(id);
    if (outcome === undefined) return [];
    if (outcome instanceof Error) return [{ json: { id }, error: outcome }];
    return [{ json: this.action.toJson(id, outcome, parameters) }];
  }
}
