import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { bulkOperation } from '../bulk/bulk';
import { readSwitch } from '../fields/read-parameters';
import { relocatedJson } from '../bulk/move-result';
import { SELECTION_FIELDS } from '../bulk/selection';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['delete'] } },
  [
    ...SELECTION_FIELDS,
    {
      displayName: 'Delete Permanently',
      name: 'permanently',
      type: 'boolean',
      default: false,
      description:
        'Whether to delete for good, and not to move to the trash. What is in the trash is always deleted for good.',
    },
  ],
);

export const execute = bulkOperation({
  done: 'deleted',
  repeatable: true,
  read: (context, itemIndex) => readSwitch(context, 'permanently', 'Delete Permanently', itemIndex),
  run: async (client, ids, permanently) => await client.deleteMessages(ids, { permanently }),
  toJson: (id, relocated) => ({ ...relocatedJson(id, relocated), deleted: true }),
});
