import { deleteDrafts } from '../../../../mail/model/drafts';
import { bulkOperation } from '../bulk/bulk';
import { deletion, permanently } from '../bulk/deletion';
import { readIds } from '../bulk/selection';
import { defineOperation } from '../operation';
import { DRAFT_ID } from './fields';

export const remove = defineOperation({
  value: 'delete',
  name: 'Delete',
  action: 'Delete drafts',
  description: 'Move drafts to the trash or delete them permanently',
  fields: [{ ...DRAFT_ID, description: `${DRAFT_ID.description}, or a list of IDs` }, permanently('drafts')],
  execute: bulkOperation({
    ...deletion(deleteDrafts),
    select: (context, itemIndex) => ({
      ids: readIds(context, itemIndex, { ...DRAFT_ID, remedy: 'Use the field "id" of a draft.' }),
    }),
  }),
});
