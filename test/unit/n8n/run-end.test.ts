import type { IExecuteFunctions } from 'n8n-workflow';
import { expect, it, vi } from 'vitest';

import { watchRun, type RunEnd } from '../../../n8n/run/run-end';

type Handler = (run: { status: string }) => Promise<void>;

/** A run in a version of n8n that has some of the ways to report its end. */
function runOf({ withHooks = false, withFinish = false }) {
  const handlers: Handler[] = [];
  const finish: Array<() => Promise<void>> = [];
  const cancel = new AbortController();
  const hooks = { addHandler: (_: string, handler: Handler) => handlers.push(handler) };
  const node = () =>
    ({
      additionalData: withHooks ? { hooks } : {},
      getExecutionCancelSignal: () => cancel.signal,
      onExecutionCancellation: (handler: () => void) => cancel.signal.addEventListener('abort', handler),
      ...(withFinish && { onExecutionFinish: (handler: () => Promise<void>) => finish.push(handler) }),
    }) as unknown as IExecuteFunctions;
  return { node, handlers, finish, cancel };
}

/** Looks at the run in two nodes, as each lookup of a session does. */
function watch(run: ReturnType<typeof runOf>) {
  const lives: Array<object | undefined> = [];
  const ends: RunEnd[] = [];
  for (const context of [run.node(), run.node()])
    watchRun(context, (life) => {
      lives.push(life);
      return async (end) => void (await Promise.resolve(ends.push(end)));
    });
  return { lives, ends };
}

it('hears from the hooks of the run that it is put away, over or cancelled', async () => {
  const run = runOf({ withHooks: true, withFinish: true });
  const { lives, ends } = watch(run);
  for (const status of ['waiting', 'success', 'error', 'canceled'])
    for (const handler of run.handlers) await handler({ status });
  expect(ends).toEqual(['waiting', 'over', 'over', 'cancelled']);
  expect(run.finish).toEqual([]);
  expect(lives).toEqual([{}]);
});

it('tells the lives of a run apart by its hooks', () => {
  const [first] = watch(runOf({ withHooks: true })).lives;
  const [second] = watch(runOf({ withHooks: true })).lives;
  expect(first).toBeDefined();
  expect(second).not.toBe(first);
});

it('hears the end from the public interface where there are no hooks', async () => {
  const run = runOf({ withFinish: true });
  const { lives, ends } = watch(run);
  for (const handler of run.finish) await handler();
  expect(ends).toEqual(['over']);
  expect(lives).toEqual([undefined]);
});

it.each([{ withHooks: true }, { withFinish: true }, {}])('hears a cancellation at once with %j', (ways) => {
  const run = runOf(ways);
  const { ends } = watch(run);
  run.cancel.abort();
  expect(ends).toEqual(['cancelled']);
});

it('asks n8n for the end once, however many nodes look', () => {
  const run = runOf({ withHooks: true });
  const added = vi.spyOn(run.handlers, 'push');
  watch(run);
  expect(added).toHaveBeenCalledTimes(1);
});

it('asks once for each node, however many items it has, where n8n gives neither hooks nor a signal', () => {
  const finish: unknown[] = [];
  const node = {
    getExecutionCancelSignal: () => undefined,
    onExecutionCancellation: () => {},
    onExecutionFinish: (handler: unknown) => finish.push(handler),
  } as unknown as IExecuteFunctions;
  for (let item = 0; item < 3; item++) watchRun(node, () => async () => await Promise.resolve());
  expect(finish).toHaveLength(1);
});
