import type { IExecuteFunctions } from 'n8n-workflow';

/** Why a run stops here: n8n puts it away until a Wait is over, somebody cancelled it, or it has finished or failed. */
export type RunEnd = 'waiting' | 'cancelled' | 'over';

type Handler = (run: { status?: string } | undefined) => Promise<void>;

/** n8n-core's ExecutionLifecycleHooks (1.85 and later). A run has its own, and new ones each time it resumes. */
interface RunHooks {
  addHandler(name: 'workflowExecuteAfter', handler: Handler): void;
}

/**
 * The hooks of the run. n8n's public interface has only `onExecutionFinish`, from 2.33 on, and that does not report that
 * a run is put away. Undefined where this n8n has no such hooks.
 */
function hooksOf(context: IExecuteFunctions): RunHooks | undefined {
  const { hooks } = (context as { additionalData?: { hooks?: Partial<RunHooks> } }).additionalData ?? {};
  return typeof hooks?.addHandler === 'function' ? (hooks as RunHooks) : undefined;
}

const watched = new WeakSet<object>();

/** What to call when the run stops. n8n waits for it. */
export type Ended = (end: RunEnd) => Promise<void>;

/**
 * Calls back when the run stops. The only module that knows how n8n reports that.
 *
 * @param begin called at the first look at this run, and again after it has resumed. It gets an object of its own for
 *   each of these lives, or none where this n8n does not tell them apart
 */
export function watchRun(context: IExecuteFunctions, begin: (life?: object) => Ended): void {
  const hooks = hooksOf(context);
  const signal = context.getExecutionCancelSignal();
  // Without both, each node asks for itself, but not for each of its items.
  const known = hooks ?? signal ?? context;
  if (watched.has(known)) return;
  watched.add(known);
  const ended = begin(hooks && {});
  if (hooks) {
    hooks.addHandler('workflowExecuteAfter', async (run) => await ended(endOf(run?.status, signal)));
  } else {
    context.onExecutionFinish?.(async () => await ended(endOf(undefined, signal)));
  }
  // Does not wait for the running node, so that work which hangs at the server is cut off.
  context.onExecutionCancellation(() => void ended('cancelled'));
}

function endOf(status: string | undefined, signal: AbortSignal | undefined): RunEnd {
  if (status === 'waiting') return 'waiting';
  return status === 'canceled' || signal?.aborted ? 'cancelled' : 'over';
}
