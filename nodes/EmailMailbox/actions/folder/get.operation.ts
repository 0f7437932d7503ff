import { folderField, readFolder } from '../fields/folder-field';
import { forEachItem } from '../shared/each-item';
import { toJson } from './output';
import { defineOperation } from '../operation';

/** A missing folder is a result, not an error. */
export const get = defineOperation({
  value: 'get',
  name: 'Get',
  action: 'Get the number of messages in a folder',
  description: 'Get a folder with its message counts, or check whether it exists',
  fields: [
    folderField({
      displayName: 'Folder',
      name: 'folder',
      default: 'INBOX',
      description: 'Folder to look for',
    }),
  ],
  execute: forEachItem({ repeatable: true }, async (context, itemIndex, { use }) => {
    const path = readFolder(context, 'folder', itemIndex);
    const folder = await use(async (client) => await client.getFolder(path));
    return [{ json: folder ? { exists: true, ...toJson(folder) } : { exists: false, path } }];
  }),
});
