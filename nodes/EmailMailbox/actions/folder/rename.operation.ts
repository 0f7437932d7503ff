import { invalidInput } from '../../../../mail/errors';
import { folderField, readFolder } from '../fields/folder-field';
import { textOf } from '../fields/read-parameters';
import { forEachItem } from '../shared/each-item';
import { toJson } from './output';
import { defineOperation } from '../operation';

export const rename = defineOperation({
  value: 'rename',
  name: 'Rename',
  action: 'Rename a folder',
  description: 'Rename or move a folder',
  fields: [
    folderField({ displayName: 'Folder', name: 'folder', description: 'Folder to rename or move' }),
    {
      displayName: 'New Path',
      name: 'newPath',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. Archive/2026',
      description: 'Full new path of the folder. To move the folder, enter a path in another folder.',
    },
  ],
  execute: forEachItem({ repeatable: false }, async (context, itemIndex, { use }) => {
    const folder = readFolder(context, 'folder', itemIndex);
    const newPath = textOf(context.getNodeParameter('newPath', itemIndex, '')).trim();
    if (!newPath) throw invalidInput('New Path', 'it is empty', 'Enter the new path of the folder.');
    const renamed = await use(async (client) => await client.renameFolder(folder, newPath));
    return [{ json: { ...toJson(renamed), previousPath: folder } }];
  }),
});
