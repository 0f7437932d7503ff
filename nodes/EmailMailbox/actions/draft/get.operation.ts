import { DRAFT_ID } from '../fields/id-field';
import { getDrafts } from '../../../../mail/model/drafts';
import { getEach } from '../message/get-each';
import { OUTPUT_OF_ONE } from '../message/output-fields';
import { defineOperation } from '../operation';
import { readDraftId } from './read-draft';

export const get = defineOperation({
  value: 'get',
  name: 'Get',
  action: 'Read a draft',
  description: 'Get one draft with its text',
  fields: [...DRAFT_ID, ...OUTPUT_OF_ONE],
  execute: getEach(readDraftId, getDrafts),
});
