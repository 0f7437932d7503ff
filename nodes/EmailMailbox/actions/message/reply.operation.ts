import { replyOperation } from './reply/execute';
import { REPLY_FIELDS } from './reply/fields';
import { defineOperation } from '../operation';

export const reply = defineOperation({
  value: 'reply',
  name: 'Reply',
  action: 'Reply to the sender of a message',
  description: 'Reply to the sender of a message',
  fields: REPLY_FIELDS,
  execute: replyOperation('reply'),
});
