import {
  updateDisplayOptions,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { failedItem } from '../../../shared/per-item';
import { folderField, readFolder } from '../fields/folder-field';
import { LIMIT_FIELDS } from '../fields/limit-fields';
import { readLimit } from '../fields/read-parameters';
import { hintAtRepetition } from '../bulk/repetition';
import { FILTERS } from './filter-fields';
import { readFilters } from './filters';
import { MESSAGES_OPTIONS, SIMPLIFY, readOutputOptions, toItems, wantedFor } from './output';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['getMany'] } },
  [
    folderField({
      displayName: 'Folder',
      name: 'folder',
      default: 'INBOX',
      description: 'Folder to look in',
    }),
    ...LIMIT_FIELDS,
    FILTERS,
    SIMPLIFY,
    MESSAGES_OPTIONS,
  ],
);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      output.push(...(await getMany(context, itemIndex)));
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  hintAtRepetition(context, ['sessionName', 'folder', 'filters', 'limit', 'returnAll']);
  return output;
}

async function getMany(context: IExecuteFunctions, itemIndex: number): Promise<INodeExecutionData[]> {
  const folder = readFolder(context, 'folder', itemIndex);
  const query = readFilters(context, itemIndex);
  const limit = readLimit(context, itemIndex);
  const options = readOutputOptions(context, itemIndex);
  const session = await findSession(context, sessionName(context, itemIndex));
  const messages = await session.use(
    async (client) => await client.listMessages(folder, query, wantedFor(options), limit),
    { repeatable: true },
  );
  return await toItems(context, session, messages, options, itemIndex);
}
