import type { ITriggerFunctions, IWorkflowSettings } from 'n8n-workflow';

/** Empty in versions of n8n that do not give a trigger the settings of its workflow. */
export const workflowSettings = (context: ITriggerFunctions): IWorkflowSettings =>
  (context as Partial<ITriggerFunctions>).getWorkflowSettings?.() ?? {};
