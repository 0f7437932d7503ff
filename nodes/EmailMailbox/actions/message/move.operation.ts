import { bulkOperation } from '../bulk/bulk';
import { folderField, readFolder } from '../fields/folder-field';
import { SELECTION_FIELDS } from '../bulk/selection';
import { moveResultJson } from '../bulk/move-result';
import { defineOperation } from '../operation';

const DESTINATION = 'Destination Folder';

export const move = defineOperation({
  value: 'move',
  name: 'Move',
  action: 'Move messages to another folder',
  description: 'Move messages to another folder',
  fields: [
    ...SELECTION_FIELDS,
    folderField({
      displayName: DESTINATION,
      name: 'destination',
      description: 'Folder to move the messages to',
    }),
  ],
  execute: bulkOperation({
    done: 'moved',
    repeatable: true,
    read: (context, itemIndex) => readFolder(context, 'destination', itemIndex, DESTINATION),
    run: async (client, ids, destination) => await client.moveMessages(ids, destination),
    toJson: moveResultJson,
  }),
});
