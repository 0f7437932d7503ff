import { MESSAGE_ID } from '../fields/id-field';
import { MESSAGE } from '../fields/read-ids';
import { defineOperation } from '../operation';
import { getEach } from './get-each';
import { OUTPUT_OF_ONE } from './output-fields';

export const get = defineOperation({
  value: 'get',
  name: 'Get',
  action: 'Read a message',
  description: 'Get one message with its text',
  fields: [...MESSAGE_ID, ...OUTPUT_OF_ONE],
  execute: getEach(MESSAGE, async (client, ids, wanted) => await client.getMessages(ids, wanted)),
});
