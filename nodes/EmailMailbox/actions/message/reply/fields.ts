import type { INodeProperties } from 'n8n-workflow';

import { MESSAGE_ID } from '../../fields/id-field';
import type { SwitchOption } from '../../fields/options';
import { BODY_FIELDS, FROM, MESSAGE_OPTIONS, SUBJECT, TO, optionsOf } from '../send/fields';

const FROM_OPTION: INodeProperties = FROM;

const SUBJECT_OPTION: INodeProperties = {
  ...SUBJECT,
  description: 'Subject to use instead of the original subject with its prefix',
};

export const QUOTE: SwitchOption = {
  displayName: 'Quote Original',
  name: 'quoteOriginal',
  type: 'boolean',
  default: true,
  description: 'Whether to add the text of the original below',
};

const TAKE_ALONG_TOO: SwitchOption = {
  displayName: 'Include Original Attachments',
  name: 'includeAttachments',
  type: 'boolean',
  default: false,
  description: 'Whether to also attach the attachments of the original',
};

/** By default, a forward has the attachments of the original, and a reply does not. */
export const TAKE_ALONG = { reply: TAKE_ALONG_TOO, forward: { ...TAKE_ALONG_TOO, default: true } };

/** The editor shows options in alphabetical order. */
const sorted = (options: INodeProperties[]): INodeProperties =>
  optionsOf([...options].sort((a, b) => a.displayName.localeCompare(b.displayName)));

export const REPLY_FIELDS: INodeProperties[] = [
  ...MESSAGE_ID,
  ...BODY_FIELDS,
  sorted([...MESSAGE_OPTIONS, FROM_OPTION, SUBJECT_OPTION, QUOTE, TAKE_ALONG.reply]),
];

export const FORWARD_FIELDS: INodeProperties[] = [
  ...MESSAGE_ID,
  { ...TO, required: true },
  {
    displayName: 'Forward As',
    name: 'forwardAs',
    type: 'options',
    options: [
      { name: 'Attachment', value: 'attachment', description: 'The whole original as a file (.eml)' },
      { name: 'Inline', value: 'inline', description: 'The text of the original below your text' },
    ],
    default: 'inline',
  },
  ...BODY_FIELDS,
  sorted([...MESSAGE_OPTIONS, FROM_OPTION, SUBJECT_OPTION, TAKE_ALONG.forward]),
];
