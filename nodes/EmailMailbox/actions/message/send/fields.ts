import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { inVersion1 } from '../../../../shared/versions';
import type { SwitchOption } from '../../fields/options';

const address = (displayName: string, name: string, placeholder: string, description: string) =>
  ({
    ...{ displayName, name, type: 'string', default: '', description },
    placeholder: `e.g. ${placeholder}`,
  }) satisfies INodeProperties;

const body = (displayName: string, name: string, formats: string[], description: string) =>
  ({
    displayName,
    name,
    type: 'string',
    typeOptions: { rows: 5 },
    default: '',
    description,
    displayOptions: { show: { emailFormat: formats } },
  }) satisfies INodeProperties;

export const REQUEST_READ_RECEIPT: SwitchOption = {
  displayName: 'Request Read Receipt',
  name: 'requestReadReceipt',
  type: 'boolean',
  default: false,
  description:
    'Whether to ask for a notice to the sender when a recipient opens the message. Mail programs may ask the recipient first, or send none.',
};

export const MESSAGE_OPTIONS: INodeProperties[] = [
  {
    displayName: 'Attachments',
    name: 'attachments',
    type: 'string',
    default: '',
    placeholder: 'e.g. data, report',
    hint: 'The name of the input binary field(s) containing the files to attach',
    description: 'Separate several names with commas. * attaches all files of the item.',
  },
  address(
    'BCC',
    'bccEmail',
    'info@example.com',
    'Addresses of recipients that the others cannot see, separated by commas',
  ),
  address('CC', 'ccEmail', 'info@example.com', 'Addresses of recipients of a copy, separated by commas'),
  {
    displayName: 'Headers',
    name: 'headers',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    default: {},
    placeholder: 'Add header',
    description: 'Additional headers, such as X-Ticket or List-Unsubscribe',
    options: [
      {
        displayName: 'Header',
        name: 'header',
        values: [
          { displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. X-Ticket' },
          { displayName: 'Value', name: 'value', type: 'string', default: '' },
        ],
      },
    ],
  },
  {
    displayName: 'Importance',
    name: 'importance',
    type: 'options',
    options: [
      { name: 'High', value: 'high' },
      { name: 'Low', value: 'low' },
      { name: 'Normal', value: 'normal' },
    ],
    default: 'normal',
    description: 'How mail programs mark the message for the recipients',
  },
  {
    displayName: 'Inline Images',
    name: 'inlineImages',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    default: {},
    placeholder: 'Add image',
    description: 'Pictures for the HTML, which shows them by content ID, such as &lt;img src="cid:logo"&gt;',
    options: [
      {
        displayName: 'Image',
        name: 'image',
        values: [
          {
            displayName: 'Binary Field',
            name: 'binaryField',
            type: 'string',
            default: '',
            placeholder: 'e.g. data',
            hint: 'The name of the input binary field containing the image',
          },
          {
            displayName: 'Content ID',
            name: 'contentId',
            type: 'string',
            default: '',
            placeholder: 'e.g. logo',
            description: 'Name of the image in the HTML. Leave it empty to use the name of the binary field.',
          },
        ],
      },
    ],
  },
  address(
    'Reply To',
    'replyTo',
    'info@example.com',
    'Address for replies. Leave it empty to use the sender.',
  ),
  REQUEST_READ_RECEIPT,
  {
    displayName: 'Save to Sent',
    name: 'saveToSent',
    type: 'options',
    options: [
      { name: 'Always', value: 'always', description: 'Save a copy even if the provider also saves one' },
      {
        name: 'Automatic',
        value: 'automatic',
        description: 'Save a copy unless the provider does it, as Gmail and Outlook do',
      },
      { name: 'Never', value: 'never' },
    ],
    default: 'automatic',
    description: 'Whether to save a copy in the folder for sent mail',
  },
];

export const FROM = address(
  'From',
  'fromEmail',
  'Ada Lovelace <ada@example.com>',
  'Address of the sender, with or without a name. Leave it empty to use the account of the session.',
);

export const TO = address(
  'To',
  'toEmail',
  'info@example.com',
  'Addresses of the recipients, with or without names, separated by commas',
);

type Rule = NonNullable<IDisplayOptions['show']>;

const FILLED: Rule[string] = [{ _cnd: { exists: true } }];
const BCC_OPTION = '/options.bccEmail';

/**
 * To, marked as required unless BCC names somebody: a message to many is often sent by BCC alone, and n8n runs no workflow in
 * which a required field is empty.
 *
 * @param show where the whole field is shown. It comes first: n8n shows a field without a look at the rules after one whose
 * value is an expression. That is why CC cannot count too.
 * @returns the same field twice; exactly one is shown
 */
export const requiredTo = (show: Rule = {}): INodeProperties[] => [
  { ...TO, required: true, displayOptions: { show, hide: { [BCC_OPTION]: FILLED } } },
  { ...TO, displayOptions: { show: { ...show, [BCC_OPTION]: FILLED } } },
];

export const SUBJECT: INodeProperties = {
  displayName: 'Subject',
  name: 'subject',
  type: 'string',
  default: '',
  placeholder: 'e.g. My subject line',
  description: 'Subject line of the email',
};

export const BODY_FIELDS: INodeProperties[] = [
  {
    displayName: 'Email Format',
    name: 'emailFormat',
    type: 'options',
    options: [
      {
        name: 'Both',
        value: 'both',
        description: 'The mail program of the recipient chooses which one to show',
      },
      { name: 'HTML', value: 'html' },
      { name: 'Text', value: 'text' },
    ],
    default: 'html',
  },
  body('Text', 'text', ['text', 'both'], 'Plain text of the email'),
  body('HTML', 'html', ['html', 'both'], 'HTML of the email'),
];

export const optionsOf = (options: INodeProperties[]): INodeProperties => ({
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options,
});

/** Named as in n8n's own Send Email node, if that has the same field. */
export const FIELDS: INodeProperties[] = [
  FROM,
  ...inVersion1([TO]),
  ...requiredTo({ '@version': [{ _cnd: { gte: 2 } }] }),
  SUBJECT,
  ...BODY_FIELDS,
  optionsOf(MESSAGE_OPTIONS),
];
