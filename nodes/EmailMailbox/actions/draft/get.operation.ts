import { getDrafts } from '../../../../mail/model/drafts';
import { getEach } from '../message/get-each';
import { MESSAGE_OPTIONS, SIMPLIFY } from '../message/output';
import { defineOperation } from '../operation';
import { DRAFT_ID } from './fields';
import { readDraftId } from './read-draft';

export const get = defineOperation({
  value: 'get',
  name: 'Get',
  action: 'Get a draft',
  description: 'Get one draft with its text',
  fields: [DRAFT_ID, SIMPLIFY, MESSAGE_OPTIONS],
  execute: getEach(readDraftId, getDrafts),
});
