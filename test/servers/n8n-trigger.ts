import { randomUUID } from 'node:crypto';

import type { IDataObject, INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';

type Deferred<T> = ReturnType<typeof createDeferredPromise<T>>;

/** A run, as the list of executions shows it. */
export interface TriggeredRun {
  items: INodeExecutionData[];
  key?: string;
  /** Ends it, as n8n tells its trigger. */
  end(status: 'success' | 'error' | 'waiting'): void;
  /** As by a person. */
  stop(): void;
}

/**
 * Stands for n8n 2.41.1 as a trigger sees it, and for its database: what was measured there about `emit`, deduplication
 * keys, `donePromise` and static data.
 */
export class StandInN8n {
  readonly runs: TriggeredRun[] = [];
  readonly failures: Error[] = [];
  readonly log: string[] = [];
  readonly workflowId = `w${randomUUID()}`;
  settings: IDataObject = {};
  /** The static data of all nodes of the workflow, as in the database. */
  saved: Record<string, IDataObject> = {};
  /** Decides what a new run does; by default it succeeds at once. */
  onRun: (run: TriggeredRun) => void = (run) => run.end('success');
  /** Set while n8n cannot start runs. */
  refuses?: Error;
  /** Whether it removes a run that succeeded, and its key with it. */
  forgetsRuns = false;
  /** A key that is not safe yet starts another run, as simultaneous ones of n8n do. */
  private readonly keys = new Map<string, 'new' | 'safe'>();

  /** The context of a trigger that is activated now: a copy of the static data, and `emit`. */
  activate(node: TriggerNode = {}): Activated {
    const { name = 'Email Trigger', id = `id of ${name}`, signs } = node;
    return new Activated(this, { id, name, mode: node.mode ?? 'activate' }, signs);
  }

  /** @returns undefined if there is a run with this key */
  start(items: INodeExecutionData[], key: string | undefined, done: Deferred<IRun>): void {
    if (this.refuses) {
      done.reject(this.refuses);
      return;
    }
    if (key !== undefined && this.keys.get(key) === 'safe') {
      done.resolve(undefined as unknown as IRun);
      return;
    }
    if (key !== undefined) this.keys.set(key, 'new');
    const run: TriggeredRun = {
      items,
      key,
      end: (status) => {
        if (key !== undefined) {
          if (status === 'success' && this.forgetsRuns) this.keys.delete(key);
          else this.keys.set(key, 'safe');
        }
        done.resolve({ status } as IRun);
      },
      stop: () => {
        if (key !== undefined) this.keys.set(key, 'safe');
        done.reject(new ManualExecutionCancelledError('stopped'));
      },
    };
    this.runs.push(run);
    this.onRun(run);
  }

  /** It is killed and started again: the runs that were under way are crashed, and keep their keys. */
  crash(): void {
    for (const key of this.keys.keys()) this.keys.set(key, 'safe');
  }

  /** Of all items of all runs, in the order in which they were started. */
  get subjects(): unknown[] {
    return this.runs.flatMap(({ items }) => items.map(({ json }) => json.subject));
  }
}

interface TriggerNode {
  id?: string;
  name?: string;
  mode?: 'activate' | 'init';
  /** With what the context signs the URLs of waiting runs. An older n8n has nothing. */
  signs?: object;
}

class ManualExecutionCancelledError extends Error {}

/** A trigger between its activation and its end. */
export class Activated {
  readonly context: ITriggerFunctions;
  private readonly data: Record<string, IDataObject>;
  private isDead = false;

  constructor(
    private readonly n8n: StandInN8n,
    node: { id: string; name: string; mode: 'activate' | 'init' },
    signs: object = {},
  ) {
    this.data = structuredClone(n8n.saved);
    const dataOf = (name: string) => (this.data[name] ??= {});
    const say = (text: string) => void n8n.log.push(text);
    this.context = {
      ...signs,
      getNode: () => ({ ...node, type: 'n8n-nodes-email-session.emailTrigger', typeVersion: 1 }),
      getWorkflow: () => ({ id: n8n.workflowId, name: 'Test', active: true }),
      getWorkflowSettings: () => n8n.settings,
      getWorkflowStaticData: () => dataOf(node.name),
      getMode: () => 'trigger',
      getActivationMode: () => node.mode,
      workflow: { getStaticData: (_: string, { name }: { name: string }) => dataOf(name) },
      logger: { debug: say, info: say, warn: say, error: say },
      helpers: { createDeferredPromise },
      saveFailedExecution: (error: Error) => void n8n.failures.push(error),
      emitError: () => {
        throw new Error('A trigger that calls emitError ends for good');
      },
      emit: (
        [items]: INodeExecutionData[][],
        _response: undefined,
        done: Deferred<IRun> = createDeferredPromise(),
        key?: string,
      ) => {
        if (this.isDead) return;
        // What is set later in the same tick is saved too.
        queueMicrotask(() => this.save());
        n8n.start(items ?? [], key, done);
      },
    } as unknown as ITriggerFunctions;
    // As n8n's has.
    Object.defineProperty(this.context.emit, 'length', { value: 4 });
  }

  /** After `trigger()`, n8n saves the static data. */
  save(): void {
    if (!this.isDead) this.n8n.saved = structuredClone(this.data);
  }

  /** The process is gone: nothing of it reaches n8n any more. */
  kill(): void {
    this.isDead = true;
  }
}

function createDeferredPromise<T>() {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((onResult, onError) => ([resolve, reject] = [onResult, onError]));
  return { promise, resolve, reject };
}
