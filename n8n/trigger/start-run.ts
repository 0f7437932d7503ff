import { createHash } from 'node:crypto';

import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';

/**
 * How a run went, as far as n8n tells its trigger (measured in 2.41.1): `waiting` as soon as it is put away, and nothing
 * more when it goes on. A run that a person or a time limit stops has failed. `duplicate`: there is a run for it already.
 * `unknown`: n8n did not say.
 */
export type RunOutcome = 'success' | 'error' | 'waiting' | 'duplicate' | 'unknown';

/**
 * Starts a run with the items that are made now, and waits until n8n says how it went, which may be never.
 *
 * @param key n8n starts no second run with it, as long as it keeps the first one
 * @throws why the run could not be started
 */
export async function startRun(
  context: ITriggerFunctions,
  toItems: () => INodeExecutionData[],
  key: string,
): Promise<RunOutcome> {
  const done = context.helpers.createDeferredPromise<IRun>();
  // Older versions of n8n take no key, and ignore it.
  context.emit([toItems()], undefined, done, key);
  try {
    // n8n answers with nothing if there is a run with this key.
    const run = (await done.promise) as IRun | undefined;
    if (!run) return 'duplicate';
    return run.status === 'success' || run.status === 'waiting' ? run.status : 'error';
  } catch (error) {
    if (isStopped(error)) return 'error';
    return await Promise.reject(error as Error);
  }
}

/** How a run went, or that it is not known after so many milliseconds. */
export async function atMost(milliseconds: number, outcome: Promise<RunOutcome>): Promise<RunOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<RunOutcome>((resolve) => {
    timer = setTimeout(() => resolve('unknown'), milliseconds);
    timer.unref();
  });
  try {
    return await Promise.race([outcome, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** ManualExecutionCancelledError, TimeoutExecutionCancelledError: there was a run. */
const isStopped = (error: unknown): boolean =>
  error instanceof Error && /Cancell?ed/.test(`${error.constructor.name} ${error.name}`);

/** Whether this n8n knows deduplication keys (seen in 2.41.1). */
export const knowsKeys = ({ emit }: Pick<ITriggerFunctions, 'emit'>): boolean => emit.length >= 4;

/** PostgreSQL takes keys of up to 255 characters. The same key in another workflow would be a duplicate. */
export const keyOf = (workflowId: string, nodeId: string, ...what: unknown[]): string =>
  `email:${workflowId.slice(0, 60)}:${nodeId.slice(0, 60)}:${digest(...what)}`;

/** The same in every process, and short enough to be stored for each message. */
export const digest = (...what: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(what)).digest('base64url').slice(0, 32);
