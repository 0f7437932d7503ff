import { folderField, readFolder } from '../fields/folder-field';
import { permanentDeletion } from '../fields/permanent-deletion';
import { forEachItem } from '../shared/each-item';
import { defineOperation } from '../operation';

export const remove = defineOperation({
  value: 'delete',
  name: 'Delete',
  action: 'Delete a folder',
  description: 'Delete a folder and the messages in it',
  fields: [
    folderField({ displayName: 'Folder', name: 'folder', description: 'Folder to delete' }),
    permanentDeletion(),
  ],
  execute: forEachItem({ repeatable: false }, async (context, itemIndex, { use }) => {
    const folder = readFolder(context, 'folder', itemIndex);
    await use(async (client) => await client.deleteFolder(folder));
    return [{ json: { path: folder, deleted: true } }];
  }),
});
