import { replyOperation } from './reply/execute';
import { REPLY_ALL_FIELDS } from './reply/fields';
import { defineOperation } from '../operation';

export const replyAll = defineOperation({
  value: 'replyAll',
  name: 'Reply All',
  action: 'Reply to the sender and all recipients',
  description: 'Reply to the sender and the other recipients of a message',
  fields: REPLY_ALL_FIELDS,
  execute: replyOperation('replyAll'),
});
