import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { bulkOperation } from '../bulk/bulk';
import { folderField, readFolder } from '../fields/folder-field';
import { relocatedJson } from '../bulk/move-result';
import { SELECTION_FIELDS } from '../bulk/selection';

const DESTINATION = 'Destination Folder';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['copy'] } },
  [
    ...SELECTION_FIELDS,
    folderField({
      displayName: DESTINATION,
      name: 'destination',
      description: 'Folder to copy the messages to',
    }),
  ],
);

export const execute = bulkOperation({
  done: 'copied',
  // Another copy is another message.
  repeatable: false,
  read: (context, itemIndex) => readFolder(context, 'destination', itemIndex, DESTINATION),
  run: async (client, ids, destination) => await client.copyMessages(ids, destination),
  toJson: relocatedJson,
});
