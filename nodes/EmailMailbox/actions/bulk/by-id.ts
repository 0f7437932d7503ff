import type { Session } from '../../../../mail/session/session';
import type { BatchCounter } from './batch-counter';
import { inChunks } from './chunks';
import type { BulkAction, BulkResult } from './types';

/** Messages that are handled together: same session, same parameters. */
interface Group<P, R> {
  session: Session;
  parameters: P;
  ids: Set<string>;
  results: ReadonlyMap<string, R | Error>;
}

/** Collects the messages that all items name, and handles each group at once. */
export class MessagesById<P, R> {
  private readonly groups = new Map<string, Group<P, R>>();

  constructor(
    private readonly action: BulkAction<P, R>,
    private readonly counter: BatchCounter,
  ) {}

  /** @returns a function that gives the results of the messages, once `run` is done */
  add(session: Session, parameters: P, ids: readonly string[]): () => BulkResult[] {
    const key = JSON.stringify([session.name, parameters]);
    const group = this.groups.get(key) ?? {
      ...{ session, parameters },
      ...{ ids: new Set<string>(), results: new Map<string, R | Error>() },
    };
    this.groups.set(key, group);
    for (const id of ids) group.ids.add(id);
    return () => ids.flatMap((id) => this.resultsOf(group, id));
  }

  /** @param stopAtError skips the groups that follow */
  async run(stopAtError: boolean): Promise<void> {
    for (const group of this.groups.values()) {
      if (stopAtError && this.counter.failed > 0) {
        this.counter.failed += group.ids.size;
        continue;
      }
      const { session, parameters, ids } = group;
      const { results, stoppedBy } = await inChunks(this.action, session, parameters, [...ids]);
      for (const id of stoppedBy ? ids : []) if (!results.has(id)) results.set(id, stoppedBy!);
      group.results = results;
      for (const result of results.values()) this.counter.count(result);
    }
  }

  /** Empty for a message that was skipped because another one failed. */
  private resultsOf({ results, parameters }: Group<P, R>, id: string): BulkResult[] {
    const result = results.get(id);
    if (result === undefined) return [];
    if (result instanceof Error) return [{ json: { id }, error: result }];
    return [{ json: this.action.toJson(id, result, parameters) }];
  }
}
