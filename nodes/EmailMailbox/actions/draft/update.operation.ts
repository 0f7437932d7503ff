import {
  updateDisplayOptions,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import { failedItem } from '../../../shared/per-item';
import { DRAFT_FIELDS, DRAFT_ID } from './fields';
import { readDraftId, save } from './read-draft';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['draft'], operation: ['update'] } },
  [
    DRAFT_ID,
    {
      displayName: 'The fields below replace the whole content of the draft',
      name: 'updateNotice',
      type: 'notice',
      default: '',
    },
    ...DRAFT_FIELDS,
  ],
);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      const json = await save(context, itemIndex, readDraftId(context, itemIndex));
      output.push({ json, pairedItem: { item: itemIndex } });
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  return output;
}
