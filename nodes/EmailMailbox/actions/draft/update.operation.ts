import { forEachItem } from '../shared/each-item';
import { DRAFT_ID } from '../fields/id-field';
import { DRAFT, readId } from '../fields/read-ids';
import { DRAFT_FIELDS } from './fields';
import { save } from './read-draft';
import { defineOperation } from '../operation';

export const update = defineOperation({
  value: 'update',
  name: 'Update',
  action: 'Replace the content of a draft',
  description: 'Replace the content of a draft',
  fields: [
    ...DRAFT_ID,
    {
      displayName: 'The fields below replace the whole content of the draft',
      name: 'updateNotice',
      type: 'notice',
      default: '',
    },
    ...DRAFT_FIELDS,
  ],
  execute: forEachItem({ repeatable: false }, async (context, itemIndex, mail) => [
    { json: await save(context, itemIndex, mail, readId(context, itemIndex, DRAFT)) },
  ]),
});
