import type { ITriggerFunctions } from 'n8n-workflow';

import { isMailError } from '../../mail/errors';
import { toNodeError } from '../errors';
import type { Outage } from './outage';

/**
 * Tells a person: a failed execution in n8n's list, and the error workflow if there is one. The trigger goes on. Never
 * throws, and never `emitError`: n8n would close the trigger, try for some seconds, and then never again.
 */
export function tell(context: ITriggerFunctions, error: unknown): void {
  logWarning(context, error);
  try {
    // Missing in older versions of n8n, where the log has to do.
    (context as Partial<ITriggerFunctions>).saveFailedExecution?.(toNodeError(context.getNode(), error));
  } catch (cause) {
    context.logger.error(`Email Trigger could not report an error: ${(cause as Error).message}`);
  }
}

/**
 * Tells a failure to the log, and to a person if it lasts.
 *
 * @param isNews whether a person is to be told in any case
 * @returns wait milliseconds until the next attempt
 */
export function tellIfItLasts(
  context: ITriggerFunctions,
  error: unknown,
  failures: Outage,
  isNews = false,
): { wait: number; isTold: boolean } {
  const { wait, tell: lasts } = failures.failed(error);
  const isTold = lasts || isNews;
  if (isTold) tell(context, error);
  else logWarning(context, error);
  return { wait, isTold };
}

export function logWarning(context: ITriggerFunctions, error: unknown): void {
  context.logger.warn(`${nameOf(context)}: ${inFull(error)}`);
}

export function logInfo(context: ITriggerFunctions, what: string): void {
  context.logger.info(`${nameOf(context)}: ${what}`);
}

const nameOf = (context: ITriggerFunctions): string =>
  `Email Trigger "${context.getNode().name}" of workflow "${context.getWorkflow().name ?? ''}"`;

const inFull = (error: unknown): string =>
  isMailError(error)
    ? `${error.message}. ${error.description}`
    : error instanceof Error
      ? error.message
      : String(error);
