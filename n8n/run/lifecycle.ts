import type { IExecuteFunctions } from 'n8n-workflow';

import { MailError } from '../../mail/errors';
import { registry } from './registry';

/**
 * The run that a node executes in. Watches for its end: when it finishes, fails or is cancelled, all its
 * sessions close. Called at every lookup, because a run that resumes after a Wait has new hooks without the
 * earlier ones.
 *
 * @returns the run's id, which names its sessions in the registry
 * @throws {MailError} SESSION_CLOSED for a run that was cancelled: a session opened now would outlive it
 */
export function currentRun(context: IExecuteFunctions): string {
  const runId = context.getExecutionId();
  const signal = context.getExecutionCancelSignal();
  // Without an id, all such runs would share their sessions.
  if (!runId)
    throw runOver('has no id', 'Run it in a version of n8n that gives every run an id (2.33 or later).');
  if (signal?.aborted) throw runOver('was cancelled', 'Run the workflow again.');
  if (signal && watched.has(signal)) return runId;
  if (signal) watched.add(signal);
  const end = async () => await registry.closeRun(runId, { isCancelled: signal?.aborted });
  // Missing before n8n 2.33. There, the idle timer of the session closes its connection.
  context.onExecutionFinish?.(end);
  // Does not wait for the running node, so that work which hangs at the server is cut off.
  context.onExecutionCancellation(() => void registry.closeRun(runId, { isCancelled: true }));
  return runId;
}

/** The cancel signals of the runs being watched: one for each run, and a new one when a run resumes. */
const watched = new WeakSet<AbortSignal>();

/** The run that called this one as a sub-workflow. It comes from n8n, never from the items. */
export const callingRun = (context: IExecuteFunctions): string | undefined =>
  context.getExecutionContext?.()?.parentExecutionId;

const runOver = (what: string, remedy: string): MailError =>
  new MailError('SESSION_CLOSED', `This workflow run ${what}, so it has no email sessions`, remedy);
