import { bulkOperation } from '../bulk/bulk';
import { permanentDeletion } from '../fields/permanent-deletion';
import { readSwitch } from '../fields/read-parameters';
import { moveResultJson } from '../bulk/move-result';
import { SELECTION_FIELDS } from '../bulk/selection';
import { defineOperation } from '../operation';

export const remove = defineOperation({
  value: 'delete',
  name: 'Delete',
  action: 'Delete messages',
  description: 'Move messages to the trash or delete them permanently',
  fields: [
    ...SELECTION_FIELDS,
    {
      displayName: 'Delete Permanently',
      name: 'permanently',
      type: 'boolean',
      default: false,
      description:
        'Whether to delete the messages permanently instead of moving them to the trash. Messages in the trash are always deleted permanently.',
    },
    permanentDeletion({ permanently: [true] }),
  ],
  execute: bulkOperation({
    done: 'deleted',
    repeatable: true,
    read: (context, itemIndex) => readSwitch(context, 'permanently', 'Delete Permanently', itemIndex),
    run: async (client, ids, permanently) => await client.deleteMessages(ids, { permanently }),
    toJson: (id, result) => ({ ...moveResultJson(id, result), deleted: true }),
  }),
});
