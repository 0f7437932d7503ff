import { updateDisplayOptions, type IDataObject, type INodeProperties } from 'n8n-workflow';

import { LIMIT_FIELDS } from '../fields/limit-fields';
import { readLimit } from '../fields/read-parameters';
import { forEachItem } from './each-item';
import { toJson } from './output';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['folder'], operation: ['getMany'] } },
  [
    ...LIMIT_FIELDS,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add option',
      default: {},
      options: [
        {
          displayName: 'Include Counts',
          name: 'includeCounts',
          type: 'boolean',
          default: true,
          description: 'Whether to count the messages and the unread ones of each folder',
        },
      ],
    },
  ],
);

export const execute = forEachItem({ repeatable: true }, async (context, itemIndex, use) => {
  const limit = readLimit(context, itemIndex);
  const { includeCounts } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const folders = await use(async (client) => await client.listFolders({ counts: includeCounts !== false }));
  return folders.slice(0, limit).map(toJson);
});
