import { DRAFT_ID } from '../fields/id-field';
import { DRAFT } from '../fields/read-ids';
import { getDrafts } from '../../../../mail/model/drafts';
import { getEach } from '../message/get-each';
import { OUTPUT_OF_ONE } from '../message/output-fields';
import { defineOperation } from '../operation';

export const get = defineOperation({
  value: 'get',
  name: 'Get',
  action: 'Read a draft',
  description: 'Get one draft with its text',
  fields: [...DRAFT_ID, ...OUTPUT_OF_ONE],
  execute: getEach(DRAFT, getDrafts),
});
