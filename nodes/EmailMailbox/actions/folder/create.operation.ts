import { updateDisplayOptions, type IDataObject, type INodeProperties } from 'n8n-workflow';

import { invalidInput, isMailError } from '../../../../mail/errors';
import { textOf } from '../fields/read-parameters';
import { forEachItem } from './each-item';
import { toJson } from './output';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['folder'], operation: ['create'] } },
  [
    {
      displayName: 'Path',
      name: 'path',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'Archive/2026',
      description: 'Path of the new folder, with the separator of the server',
    },
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add option',
      default: {},
      options: [
        {
          displayName: 'Fail If It Exists',
          name: 'failIfExists',
          type: 'boolean',
          default: true,
          description: 'Whether to end with an error where there is such a folder already',
        },
      ],
    },
  ],
);

export const execute = forEachItem({ repeatable: false }, async (context, itemIndex, use) => {
  const path = textOf(context.getNodeParameter('path', itemIndex, '')).trim();
  if (!path)
    throw invalidInput('Path', 'it is empty', 'Enter the path of the new folder, such as Archive/2026.');
  const { failIfExists = false } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  try {
    return [{ created: true, ...toJson(await use(async (client) => await client.createFolder(path))) }];
  } catch (error) {
    const existing =
      isMailError(error, 'FOLDER_EXISTS') && failIfExists !== true
        ? await use(async (client) => await client.getFolder(path))
        : undefined;
    if (!existing) return await Promise.reject(error as Error);
    return [{ created: false, ...toJson(existing) }];
  }
});
