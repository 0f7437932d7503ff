import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { folderField, readFolder } from '../fields/folder-field';
import { forEachItem } from './each-item';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['folder'], operation: ['delete'] } },
  [
    folderField({ displayName: 'Folder', name: 'folder', description: 'Folder to delete' }),
    {
      displayName: 'The messages in the folder are deleted for good',
      name: 'deleteNotice',
      type: 'notice',
      default: '',
    },
  ],
);

export const execute = forEachItem({ repeatable: false }, async (context, itemIndex, use) => {
  const folder = readFolder(context, 'folder', itemIndex);
  await use(async (client) => await client.deleteFolder(folder));
  return [{ path: folder, deleted: true }];
});
