import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { folderField, readFolder } from '../fields/folder-field';
import { forEachItem } from './each-item';
import { toJson } from './output';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['folder'], operation: ['get'] } },
  [
    folderField({
      displayName: 'Folder',
      name: 'folder',
      default: 'INBOX',
      description: 'Folder to look for',
    }),
  ],
);

/** A folder that is not there is an answer, and no error. */
export const execute = forEachItem({ repeatable: true }, async (context, itemIndex, use) => {
  const path = readFolder(context, 'folder', itemIndex);
  const folder = await use(async (client) => await client.getFolder(path));
  return [folder ? { exists: true, ...toJson(folder) } : { exists: false, path }];
});
