import type { INodeProperties } from 'n8n-workflow';

const address = (displayName: string, name: string, placeholder: string, description: string) =>
  ({ displayName, name, type: 'string', default: '', placeholder, description }) satisfies INodeProperties;

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

export const MESSAGE_OPTIONS: INodeProperties[] = [
  {
    displayName: 'Attachments',
    name: 'attachments',
    type: 'string',
    default: '',
    placeholder: 'data, report',
    hint: 'The name of the input binary field(s) containing the files to attach',
    description: 'Several are separated by commas; * attaches all files of the item',
  },
  address(
    'BCC',
    'bccEmail',
    'info@example.com',
    'Recipients that the others do not see, separated by commas',
  ),
  address('CC', 'ccEmail', 'info@example.com', 'Recipients of a copy, separated by commas'),
  {
    displayName: 'Headers',
    name: 'headers',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    default: {},
    placeholder: 'Add header',
    description: 'Further headers, such as X-Ticket or List-Unsubscribe',
    options: [
      {
        displayName: 'Header',
        name: 'header',
        values: [
          { displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'X-Ticket' },
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
    description: 'How the programs of the recipients are to mark the message',
  },
  {
    displayName: 'Inline Images',
    name: 'inlineImages',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    default: {},
    placeholder: 'Add image',
    description: 'Pictures that the HTML shows by their content ID, such as &lt;img src="cid:logo"&gt;',
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
            placeholder: 'data',
            hint: 'The name of the input binary field containing the image',
          },
          {
            displayName: 'Content ID',
            name: 'contentId',
            type: 'string',
            default: '',
            placeholder: 'logo',
            description: 'What the HTML calls the image. Empty for the name of the binary field.',
          },
        ],
      },
    ],
  },
  address('Reply To', 'replyTo', 'info@example.com', 'Where answers go. Empty for the sender.'),
  {
    displayName: 'Save to Sent',
    name: 'saveToSent',
    type: 'options',
    options: [
      { name: 'Always', value: 'always', description: 'Also where the provider saves a copy too' },
      {
        name: 'Automatic',
        value: 'automatic',
        description: 'Where the provider does not save a copy itself, as Gmail and Outlook do',
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
  'Address of the sender, with a name or without. Empty for the account of the session.',
);

export const TO = address(
  'To',
  'toEmail',
  'info@example.com',
  'Addresses of the recipients, with names or without, separated by commas',
);

export const SUBJECT: INodeProperties = {
  displayName: 'Subject',
  name: 'subject',
  type: 'string',
  default: '',
  placeholder: 'My subject line',
  description: 'Subject line of the email',
};

export const BODY_FIELDS: INodeProperties[] = [
  {
    displayName: 'Email Format',
    name: 'emailFormat',
    type: 'options',
    options: [
      { name: 'Both', value: 'both', description: 'The program of the recipient picks the one to show' },
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

/** Named as in n8n's own Send Email node, where that has the same field. */
export const FIELDS: INodeProperties[] = [FROM, TO, SUBJECT, ...BODY_FIELDS, optionsOf(MESSAGE_OPTIONS)];
