import { bulkOperation } from '../bulk/bulk';
import { folderField, readFolder } from '../fields/folder-field';
import { moveResultJson } from '../bulk/move-result';
import { SELECTION_FIELDS } from '../bulk/selection';
import { defineOperation } from '../operation';

const DESTINATION = 'Destination Folder';

export const copy = defineOperation({
  value: 'copy',
  name: 'Copy',
  action: 'Copy messages to another folder',
  description: 'Copy messages to another folder',
  fields: [
    ...SELECTION_FIELDS,
    folderField({
      displayName: DESTINATION,
      name: 'destination',
      description: 'Folder to copy the messages to',
    }),
  ],
  execute: bulkOperation({
    done: 'copied',
    // Never repeated: a second copy would be a second message.
    repeatable: false,
    read: (context, itemIndex) => readFolder(context, 'destination', itemIndex, DESTINATION),
    run: async (client, ids, destination) => await client.copyMessages(ids, destination),
    toJson: moveResultJson,
  }),
});
