import type { IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import { textOf } from '../fields/read-parameters';
import { defineOperation } from '../operation';
import { getEach } from './get-each';
import { MESSAGE_OPTIONS, SIMPLIFY } from './output';

export const get = defineOperation({
  value: 'get',
  name: 'Get',
  action: 'Get a message',
  description: 'Get one message with its text',
  fields: [
    {
      displayName: 'Message ID',
      name: 'messageId',
      type: 'string',
      default: '={{ $json.id }}',
      required: true,
      placeholder: 'INBOX;UIDVALIDITY=1700000000/;UID=42',
      description: 'The field "ID" of a message from Get Many',
    },
    SIMPLIFY,
    MESSAGE_OPTIONS,
  ],
  execute: getEach(readMessageId, async (client, ids, wanted) => await client.getMessages(ids, wanted)),
});

/** @throws {MailError} INVALID_INPUT */
function readMessageId(context: IExecuteFunctions, itemIndex: number): string {
  const id = textOf(context.getNodeParameter('messageId', itemIndex, '')).trim();
  if (id) return id;
  throw invalidInput('Message ID', 'it is empty', 'Use the field "id" of a message from Get Many.');
}
