import { DRAFT_IDS } from '../fields/id-field';
import { deleteDrafts } from '../../../../mail/model/drafts';
import { bulkOperation } from '../bulk/bulk';
import { deletion, permanently } from '../bulk/deletion';
import { DRAFT, readIds } from '../fields/read-ids';
import { defineOperation } from '../operation';

export const remove = defineOperation({
  value: 'delete',
  name: 'Delete',
  action: 'Delete drafts',
  description: 'Move drafts to the trash or delete them permanently',
  fields: [...DRAFT_IDS, ...permanently('drafts')],
  execute: bulkOperation({
    ...deletion(deleteDrafts),
    select: (context, itemIndex) => ({ ids: readIds(context, itemIndex, DRAFT) }),
  }),
});
