import {
  updateDisplayOptions,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import { findSession } from '../../../../n8n/session';
import { sessionName } from '../../../../n8n/settings';
import { failedItem } from '../../../shared/per-item';
import { FILTERS, readFilters } from './filters';
import { ATTACHMENT_OPTIONS, SIMPLIFY, toItem, type OutputOptions } from './output';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['getMany'] } },
  [
    {
      displayName: 'Folder',
      name: 'folder',
      type: 'string',
      default: 'INBOX',
      required: true,
      placeholder: 'Archive/2026',
      description: 'Path of the folder to look in',
    },
    {
      displayName: 'Return All',
      name: 'returnAll',
      type: 'boolean',
      default: false,
      description: 'Whether to return all results or only up to a given limit',
    },
    {
      displayName: 'Limit',
      name: 'limit',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 50,
      description: 'Max number of results to return',
      displayOptions: { show: { returnAll: [false] } },
    },
    FILTERS,
    SIMPLIFY,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add option',
      default: {},
      options: [
        ...ATTACHMENT_OPTIONS,
        {
          displayName: 'Include Body',
          name: 'includeBody',
          type: 'boolean',
          default: false,
          description: 'Whether to download the text and HTML of the messages too',
        },
      ],
    },
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
  return output;
}

async function getMany(context: IExecuteFunctions, itemIndex: number): Promise<INodeExecutionData[]> {
  const folder = String(context.getNodeParameter('folder', itemIndex, '') ?? '').trim();
  if (!folder) throw invalidInput('Folder', 'it is empty', 'Enter the path of a folder, such as INBOX.');
  const query = readFilters(context, itemIndex);
  const limit = readLimit(context, itemIndex);
  const options = context.getNodeParameter('options', itemIndex, {}) as OutputOptions;
  const session = await findSession(context, sessionName(context, itemIndex));
  const wanted = { content: options.includeBody === true };
  const messages = await session.use(
    async (client) => await client.listMessages(folder, query, wanted, limit),
    {
      repeatable: true,
    },
  );
  const items: INodeExecutionData[] = [];
  for (const message of messages) items.push(await toItem(context, session, message, options, itemIndex));
  return items;
}

function readLimit(context: IExecuteFunctions, itemIndex: number): number {
  if (context.getNodeParameter('returnAll', itemIndex, false) === true) return Infinity;
  const value = context.getNodeParameter('limit', itemIndex, 50);
  const limit = Number(value);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw invalidInput(
    'Limit',
    `${String(value)} is not a number of messages`,
    'Enter 1 or more, or switch on "Return All".',
  );
}
