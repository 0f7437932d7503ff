import {
  BINARY_ENCODING,
  updateDisplayOptions,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeProperties,
} from 'n8n-workflow';

import type { StoredMessage } from '../../../../mail/model/client';
import { invalidInput } from '../../../../mail/errors';
import { findSession } from '../../../../n8n/run/session';
import { sessionName } from '../../../../n8n/run/session-parameter';
import { failedItem } from '../../../shared/per-item';
import { folderField, readFolder } from '../fields/folder-field';
import { readChoice, readTime, textOf } from '../fields/read-parameters';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['message'], operation: ['append'] } },
  [
    folderField({ displayName: 'Folder', name: 'folder', description: 'Folder to put the message into' }),
    {
      displayName: 'Source',
      name: 'source',
      type: 'options',
      options: [
        { name: 'Binary File', value: 'binary', description: 'A message file (.eml) of the input item' },
        { name: 'Text', value: 'text', description: 'The message with its headers, as text' },
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
      placeholder: 'From: ada@example.com\nSubject: Hello\n\nText',
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
        {
          displayName: 'Draft',
          name: 'draft',
          type: 'boolean',
          default: true,
          description: 'Whether to mark the message as a draft',
        },
        {
          displayName: 'Flagged',
          name: 'flagged',
          type: 'boolean',
          default: true,
          description: 'Whether to flag (star) the message',
        },
        {
          displayName: 'Read',
          name: 'read',
          type: 'boolean',
          default: true,
          description: 'Whether to mark the message as read',
        },
        {
          displayName: 'Received At',
          name: 'receivedAt',
          type: 'dateTime',
          default: '',
          description: 'When the server is to say that it received the message. Empty for now.',
        },
      ],
    },
  ],
);

/** Each item is one message, which is stored once. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
    try {
      output.push({ json: await append(context, itemIndex), pairedItem: { item: itemIndex } });
    } catch (error) {
      output.push(failedItem(context, error, itemIndex));
    }
  }
  return output;
}

async function append(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject> {
  const folder = readFolder(context, 'folder', itemIndex);
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const message: StoredMessage = {
    content: await readContent(context, itemIndex),
    marks: {
      isRead: options.read === true,
      isFlagged: options.flagged === true,
      isDraft: options.draft === true,
    },
    receivedAt: readTime(context, 'Received At', options.receivedAt),
  };
  const session = await findSession(context, sessionName(context, itemIndex));
  const stored = await session.use(async (client) => await client.appendMessage(folder, message), {
    // Another attempt could store it twice.
    repeatable: false,
  });
  return { ...stored, size: message.content.length };
}

async function readContent(context: IExecuteFunctions, itemIndex: number): Promise<Buffer> {
  if (readChoice(context, 'source', 'Source', ['binary', 'text'], itemIndex) === 'text') {
    const text = textOf(context.getNodeParameter('message', itemIndex, ''));
    if (text.trim()) return Buffer.from(text);
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
