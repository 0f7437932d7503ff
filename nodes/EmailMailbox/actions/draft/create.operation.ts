import { forEachItem } from '../shared/each-item';
import { DRAFT_FIELDS } from './fields';
import { save } from './read-draft';
import { defineOperation } from '../operation';

export const create = defineOperation({
  value: 'create',
  name: 'Create',
  action: 'Write a draft without sending it',
  description: 'Save a message in the drafts folder',
  fields: DRAFT_FIELDS,
  execute: forEachItem({ repeatable: false }, async (context, itemIndex, mail) => [
    { json: await save(context, itemIndex, mail) },
  ]),
});
