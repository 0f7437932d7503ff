import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import { MESSAGE_ID } from '../fields/id-field';
import { textOf } from '../fields/read-parameters';
import { defineOperation } from '../operation';
import { getEach } from './get-each';
import { OUTPUT_OF_ONE } from './output-fields';

export const get = defineOperation({
  value: 'get',
  name: 'Get',
  action: 'Read a message',
  description: 'Get one message with its text',
  fields: [...MESSAGE_ID, ...OUTPUT_OF_ONE],
  execute: getEach(readMessageId, async (client, ids, wanted) => await client.getMessages(ids, wanted)),
});

/** @throws {MailError} INVALID_INPUT */
function readMessageId(context: IExecuteFunctions, itemIndex: number): string {
  const id = textOf(context.getNodeParameter('messageId', itemIndex, '')).trim();
  if (id) return id;
  throw invalidInput('Message ID', 'it is empty', 'Use the field "id" of a message from Get Many.');
}
