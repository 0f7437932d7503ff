import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { MESSAGE_FIELDS, type MessageField } from '../../../../mail/model/message-fields';
import { byName } from '../../../shared/options';
import { inVersion1, sinceVersion2 } from '../../../shared/versions';
import type { SwitchOption } from '../fields/options';

export const SIMPLIFY: INodeProperties = {
  displayName: 'Simplify',
  name: 'simplify',
  type: 'boolean',
  default: true,
  description: 'Whether to return a simplified version of the response instead of the raw data',
};

export const ATTACHMENT_PREFIX: INodeProperties = {
  displayName: 'Attachment Prefix',
  name: 'attachmentPrefix',
  type: 'string',
  default: 'attachment_',
  description: 'Prefix of the binary fields for the attachments. A number is added, starting at 0.',
};

export const DOWNLOAD_ATTACHMENTS: SwitchOption = {
  displayName: 'Download Attachments',
  name: 'downloadAttachments',
  type: 'boolean',
  default: false,
  description: 'Whether to download the attachments as binary data',
};

export const INCLUDE_BODY: SwitchOption = {
  displayName: 'Include Body',
  name: 'includeBody',
  type: 'boolean',
  default: false,
  description: 'Whether to also download the text and HTML of the messages',
};

export const INCLUDE_HEADERS: SwitchOption = {
  displayName: 'Include Headers',
  name: 'includeHeaders',
  type: 'boolean',
  default: false,
  description: 'Whether to also download all headers of the messages',
};

/** Of the body in an item for an AI agent, unless it is set: about 2,000 tokens. Characters. */
export const TOOL_LENGTH = 8000;

export const MAX_LENGTH: INodeProperties = {
  displayName: 'Maximum Length (Characters)',
  name: 'maxLength',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: TOOL_LENGTH,
  description:
    'Where to cut the body. A cut item has "truncated", and in "bodyLength" the length of the whole body.',
};

const MAX_LENGTH_ALSO_OF_TOOL: INodeProperties = {
  ...MAX_LENGTH,
  description: `${MAX_LENGTH.description} As a tool of an AI agent, ${TOOL_LENGTH} unless set.`,
};

export const WITHOUT_HISTORY: SwitchOption = {
  displayName: 'Without Quoted History',
  name: 'withoutHistory',
  type: 'boolean',
  default: false,
  description:
    'Whether to leave out the earlier messages that an answer quotes. "quotedHistory" says if any were found.',
};

export const OUTPUT: INodeProperties = {
  displayName: 'Output',
  name: 'output',
  type: 'options',
  options: [
    { name: 'Simplified', value: 'simplified', description: 'What people read, in a small item' },
    { name: 'Raw', value: 'raw', description: 'All that the server gives, with addresses as lists' },
    { name: 'Selected Fields', value: 'fields', description: 'Only the fields that you choose' },
  ],
  default: 'simplified',
};

/** As the same things are called in other fields. Message ID is there what an item calls `id`. */
const NAMES: Partial<Record<MessageField, string>> = {
  bcc: 'BCC',
  cc: 'CC',
  id: 'ID',
  messageId: 'Message-ID Header',
  threadId: 'Thread ID',
};

/** `receivedAt` → `Received At` */
const nameOf = (field: MessageField): string =>
  NAMES[field] ?? field.replace(/[A-Z]/g, ' $&').replace(/^./, (letter) => letter.toUpperCase());

export const FIELDS: INodeProperties = {
  displayName: 'Fields',
  name: 'outputFields',
  type: 'multiOptions',
  options: MESSAGE_FIELDS.map((value) => ({ name: nameOf(value), value })).sort((one, other) =>
    one.name.localeCompare(other.name, 'en'),
  ),
  default: ['id', 'from', 'subject', 'receivedAt'],
  description: 'Fields of the items, in the order in which you choose them',
  displayOptions: { show: { output: ['fields'] } },
};

const bodyField = (preset: 'none' | 'text' | 'markdown'): INodeProperties => ({
  displayName: 'Body',
  name: 'body',
  type: 'options',
  options: [
    { name: 'HTML', value: 'html', description: 'As the sender designed it: often very large' },
    {
      name: 'Markdown',
      value: 'markdown',
      description: 'With links, lists, headings and tables: good for an AI model',
    },
    { name: 'None', value: 'none', description: 'Only the fields, which is fastest' },
    { name: 'Text', value: 'text', description: 'Plain text, made from the HTML if there is no other' },
    { name: 'Text and HTML', value: 'both', description: 'Both, in two fields' },
  ],
  default: preset,
  description: 'In which form to return the text of the messages',
});

const collection = (options: INodeProperties[]): INodeProperties => ({
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options,
});

/** Options of the body and the headers, since version 2, in a node that is no tool. */
export const READING_OPTIONS: readonly INodeProperties[] = [INCLUDE_HEADERS, MAX_LENGTH, WITHOUT_HISTORY];

/** The text as people read it; as a tool, as a model does, and without what the sender hides from people. */
const TEXT: INodeProperties[] = [
  ...updateDisplayOptions({ hide: { '@tool': [true] } }, [bodyField('text')]),
  ...updateDisplayOptions({ show: { '@tool': [true] } }, [bodyField('markdown')]),
];

/** The fields that say what an item holds, since version 2. */
export const itemFields = (body: 'none' | 'text'): INodeProperties[] =>
  sinceVersion2([OUTPUT, FIELDS, ...(body === 'none' ? [bodyField(body)] : TEXT)]);

const FILES = [ATTACHMENT_PREFIX, DOWNLOAD_ATTACHMENTS];
const OPTIONS_1 = [...FILES, INCLUDE_HEADERS];
const OPTIONS_2 = collection(byName([...FILES, INCLUDE_HEADERS, MAX_LENGTH_ALSO_OF_TOOL, WITHOUT_HISTORY]));

/** For an operation that gives one message: with its text. */
export const OUTPUT_OF_ONE: INodeProperties[] = [
  ...inVersion1([SIMPLIFY, collection(OPTIONS_1)]),
  ...itemFields('text'),
  ...sinceVersion2([OPTIONS_2]),
];

/** For an operation that gives many messages: without their texts, unless they are wanted. */
export const OUTPUT_OF_MANY: INodeProperties[] = [
  ...inVersion1([SIMPLIFY, collection(byName([...OPTIONS_1, INCLUDE_BODY]))]),
  ...itemFields('none'),
  ...sinceVersion2([OPTIONS_2]),
];
