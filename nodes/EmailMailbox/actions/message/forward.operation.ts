import { replyOperation } from './reply/execute';
import { FORWARD_FIELDS } from './reply/fields';
import { defineOperation } from '../operation';

export const forward = defineOperation({
  value: 'forward',
  name: 'Forward',
  action: 'Forward a message to other people',
  description: 'Forward a message to other people',
  fields: FORWARD_FIELDS,
  execute: replyOperation('forward'),
});
