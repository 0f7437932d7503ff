import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { bulkOperation } from '../shared/bulk';
import { folderField, readFolder } from '../shared/folder-field';
import { relocatedJson } from '../shared/relocated';
import { SELECTION_FIELDS } from '../shared/selection';

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
