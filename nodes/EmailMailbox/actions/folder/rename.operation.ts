import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import { folderField, readFolder } from '../fields/folder-field';
import { textOf } from '../fields/read-parameters';
import { forEachItem } from './each-item';
import { toJson } from './output';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['folder'], operation: ['rename'] } },
  [
    folderField({ displayName: 'Folder', name: 'folder', description: 'Folder to rename or move' }),
    {
      displayName: 'New Path',
      name: 'newPath',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'Archive/2026',
      description: 'Path that the folder is to have, from the root. Another parent moves it.',
    },
  ],
);

export const execute = forEachItem({ repeatable: false }, async (context, itemIndex, use) => {
  const folder = readFolder(context, 'folder', itemIndex);
  const newPath = textOf(context.getNodeParameter('newPath', itemIndex, '')).trim();
  if (!newPath) throw invalidInput('New Path', 'it is empty', 'Enter the new path of the folder.');
  const renamed = await use(async (client) => await client.renameFolder(folder, newPath));
  return [{ ...toJson(renamed), previousPath: folder }];
});
