import type { IExecuteFunctions } from 'n8n-workflow';

import { MailError } from '../../mail/errors';
import { registry } from './registry';
import { watchRun } from './run-end';

/**
 * The run that a node executes in. Watches for its end: when it finishes, fails or is cancelled, all its sessions
 * close. When it is put away, its connections close, and a later node opens them again. Called at every lookup, because a
 * run that resumes is a new one to n8n.
 *
 * @returns the run's id, which names its sessions in the registry
 * @throws {MailError} SESSION_CLOSED for a run that was cancelled: a session opened now would outlive it
 */
export function currentRun(context: IExecuteFunctions): string {
  const runId = context.getExecutionId();
  // Without an id, all such runs would share their sessions.
  if (!runId) throw runOver('has no id', 'Run it in a version of n8n that gives every run an id.');
  if (context.getExecutionCancelSignal()?.aborted) throw runOver('was cancelled', 'Run the workflow again.');
  watchRun(context, (life) => {
    if (life) void registry.begin(runId, life);
    return async (end) => {
      if (life && end === 'waiting') await registry.putAway(runId, life);
      else await registry.closeRun(runId, { life, isCancelled: end === 'cancelled' });
    };
  });
  return runId;
}

/** The run that called this one as a sub-workflow. It comes from n8n, never from the items. */
export function callingRun(context: IExecuteFunctions): string | undefined {
  const known = context.getExecutionContext?.()?.parentExecutionId;
  if (known !== undefined) return known;
  // Before 1.123.
  const { runExecutionData } = context as {
    runExecutionData?: { parentExecution?: { executionId?: unknown } };
  };
  const caller = runExecutionData?.parentExecution?.executionId;
  return typeof caller === 'string' ? caller : undefined;
}

const runOver = (what: string, remedy: string): MailError =>
  new MailError('SESSION_CLOSED', `This workflow run ${what}, so it has no email sessions`, remedy);
