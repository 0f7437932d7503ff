import {
  updateDisplayOptions,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import { failedItem } from '../../../shared/per-item';
import { DRAFT_FIELDS } from './fields';
import { save } from './read-draft';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['draft'], operation: ['create'] } },
  DRAFT_FIELDS,
);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      output.push({ json: await save(context, itemIndex), pairedItem: { item: itemIndex } });
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  return output;
}
