import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { bulkOperation } from '../bulk/bulk';
import { folderField, readFolder } from '../fields/folder-field';
import { SELECTION_FIELDS } from '../bulk/selection';
import { relocatedJson } from '../bulk/move-result';

const DESTINATION = 'Destination Folder';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['move'] } },
  [
    ...SELECTION_FIELDS,
    folderField({
      displayName: DESTINATION,
      name: 'destination',
      description: 'Folder to move the messages to',
    }),
  ],
);

export const execute = bulkOperation({
  done: 'moved',
  repeatable: true,
  read: (context, itemIndex) => readFolder(context, 'destination', itemIndex, DESTINATION),
  run: async (client, ids, destination) => await client.moveMessages(ids, destination),
  toJson: relocatedJson,
});
