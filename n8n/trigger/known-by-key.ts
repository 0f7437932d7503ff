import type { ITriggerFunctions } from 'n8n-workflow';

import { knowsKeys } from './start-run';
import { workflowSettings } from './workflow-settings';

/**
 * Milliseconds. A run that was started longer ago is not started again if n8n ended before the trigger heard of it: n8n
 * may have removed it from its list, and its deduplication key with it.
 */
const SURE_FOR = 24 * 60 * 60_000;

/**
 * Whether n8n still knows a run by its key, so that starting it again cannot start it twice.
 *
 * @param at when it was started. Milliseconds since the epoch.
 */
export const isStillKnown = (context: ITriggerFunctions, at: number): boolean =>
  Date.now() - at < SURE_FOR && knowsKeys(context) && savesRuns(context);

/** Whether the workflow's runs stay in n8n's list, and their deduplication keys with them. */
function savesRuns(context: ITriggerFunctions): boolean {
  const { saveDataSuccessExecution: success, saveDataErrorExecution: error } = workflowSettings(context);
  const { EXECUTIONS_DATA_SAVE_ON_SUCCESS, EXECUTIONS_DATA_SAVE_ON_ERROR } = process.env;
  const saves = (chosen: string | undefined, preset: string | undefined) =>
    (chosen === undefined || chosen === 'DEFAULT' ? preset : chosen) !== 'none';
  return saves(success, EXECUTIONS_DATA_SAVE_ON_SUCCESS) && saves(error, EXECUTIONS_DATA_SAVE_ON_ERROR);
}
