import { bulkOperation } from '../bulk/bulk';
import { deletion, permanently } from '../bulk/deletion';
import { SELECTION_FIELDS } from '../bulk/selection';
import { defineOperation } from '../operation';

export const remove = defineOperation({
  value: 'delete',
  name: 'Delete',
  action: 'Delete messages',
  description: 'Move messages to the trash or delete them permanently',
  fields: [...SELECTION_FIELDS, ...permanently('messages')],
  execute: bulkOperation(deletion(async (client, ids, options) => await client.deleteMessages(ids, options))),
});
