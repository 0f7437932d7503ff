import { BINARY_ENCODING, type IExecuteFunctions } from 'n8n-workflow';

import type { StoredMessage } from '../../../../mail/model/client';
import { invalidInput } from '../../../../mail/errors';
import { assertWholeCharacters } from '../../../../mail/text';
import { forEachItem } from '../shared/each-item';
import { folderField, readFolder } from '../fields/folder-field';
import { isOn, readOptions, type SwitchOption } from '../fields/options';
import { readChoice, readTime, textOf } from '../fields/read-parameters';
import { defineOperation } from '../operation';

const DRAFT: SwitchOption = {
  displayName: 'Draft',
  name: 'draft',
  type: 'boolean',
  default: false,
  description: 'Whether to mark the message as a draft',
};
const FLAGGED: SwitchOption = {
  displayName: 'Flagged',
  name: 'flagged',
  type: 'boolean',
  default: false,
  description: 'Whether to flag (star) the message',
};
const READ: SwitchOption = {
  displayName: 'Read',
  name: 'read',
  type: 'boolean',
  default: false,
  description: 'Whether to mark the message as read',
};

/** Stores one message for each item, exactly once. */
export const append = defineOperation({
  value: 'append',
  name: 'Append',
  action: 'Add a message to a folder',
  description: 'Save a message file to a folder without sending it',
  fields: [
    folderField({ displayName: 'Folder', name: 'folder', description: 'Folder to save the message to' }),
    {
      displayName: 'Source',
      name: 'source',
      type: 'options',
      options: [
        { name: 'Binary File', value: 'binary', description: 'A message file (.eml) from the input item' },
        { name: 'Text', value: 'text', description: 'The message with its headers as text' },
      ],
      default: 'binary',
    },
    {
      displayName: 'Input Binary Field',
      name: 'binaryField',
      type: 'string',
      default: 'data',
      required: true,
      hint: 'The name of the input binary field containing the message file (.eml)',
      displayOptions: { show: { source: ['binary'] } },
    },
    {
      displayName: 'Message',
      name: 'message',
      type: 'string',
      typeOptions: { rows: 8 },
      default: '',
      required: true,
      placeholder: 'e.g. From: ada@example.com\nSubject: Hello\n\nText',
      description: 'Headers, an empty line, and the body',
      displayOptions: { show: { source: ['text'] } },
    },
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add option',
      default: {},
      options: [
        DRAFT,
        FLAGGED,
        READ,
        {
          displayName: 'Received At',
          name: 'receivedAt',
          type: 'dateTime',
          default: '',
          description:
            'Time to save as the received time of the message. Leave it empty for the current time.',
        },
      ],
    },
  ],
  // Another attempt could store it twice.
  execute: forEachItem({ repeatable: false }, async (context, itemIndex, { use }) => {
    const folder = readFolder(context, 'folder', itemIndex);
    const options = readOptions(context, itemIndex);
    const message: StoredMessage = {
      content: await readContent(context, itemIndex),
      marks: {
        isRead: isOn(READ, options),
        isFlagged: isOn(FLAGGED, options),
        isDraft: isOn(DRAFT, options),
      },
      receivedAt: readTime(context, 'Received At', options.receivedAt),
    };
    const stored = await use(async (client) => await client.appendMessage(folder, message));
    return [{ json: { ...stored, size: message.content.length } }];
  }),
});

async function readContent(context: IExecuteFunctions, itemIndex: number): Promise<Buffer> {
  if (readChoice(context, 'source', 'Source', ['binary', 'text'], itemIndex) === 'text') {
    const text = textOf(context.getNodeParameter('message', itemIndex, ''));
    if (text.trim()) return Buffer.from(assertWholeCharacters('Message', text));
    throw invalidInput(
      'Message',
      'it is empty',
      'Enter the headers of the message, an empty line, and the body.',
    );
  }
  const field = textOf(context.getNodeParameter('binaryField', itemIndex, '')).trim();
  const { id, data } = context.helpers.assertBinaryData(itemIndex, field);
  if (!id) return Buffer.from(data, BINARY_ENCODING);
  return await context.helpers.getBinaryDataBuffer(itemIndex, field);
}
