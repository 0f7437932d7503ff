import type { INodeProperties } from 'n8n-workflow';

import { byName } from '../../../shared/options';
import { inVersion1, sinceVersion2 } from '../../../shared/versions';

/** A filter with one text in version 1 of the node, and with any number of them since version 2. */
interface TextFilter {
  displayName: string;
  name: string;
  description: string;
  placeholder: string;
}

const IN_ALL_VERSIONS: TextFilter[] = [
  { displayName: 'Body', name: 'body', placeholder: 'e.g. invoice', description: 'Text in the body' },
  {
    displayName: 'From',
    name: 'from',
    placeholder: 'e.g. billing@example.com',
    description: 'Text in the name or address of the sender',
  },
  {
    displayName: 'Keyword',
    name: 'keyword',
    placeholder: 'e.g. Invoice',
    description: 'Keyword (IMAP) or category (EWS, Graph) that the message has',
  },
  {
    displayName: 'Label',
    name: 'label',
    placeholder: 'e.g. Customers/Acme',
    description: 'Label that the message has, such as Customers/Acme or \\Important. Only Gmail over IMAP.',
  },
  {
    displayName: 'To',
    name: 'to',
    placeholder: 'e.g. sales@example.com',
    description: 'Text in the name or address of a recipient',
  },
];

const SUBJECT: TextFilter = {
  displayName: 'Subject',
  name: 'subject',
  placeholder: 'e.g. Invoice',
  description: 'Text in the subject',
};

const SINCE_VERSION_2: TextFilter[] = [
  {
    displayName: 'BCC',
    name: 'bcc',
    placeholder: 'e.g. sales@example.com',
    description: 'Text in the name or address of a BCC recipient',
  },
  {
    displayName: 'CC',
    name: 'cc',
    placeholder: 'e.g. sales@example.com',
    description: 'Text in the name or address of a CC recipient',
  },
  {
    ...SUBJECT,
    description: 'Text in the subject. In double quotes, it is the whole subject: "Invoice 42".',
  },
  {
    displayName: 'Without Keyword',
    name: 'withoutKeyword',
    placeholder: 'e.g. Invoice',
    description: 'Keyword (IMAP) or category (EWS, Graph) that the message does not have',
  },
];

const oneText = (filter: TextFilter): INodeProperties => ({ ...filter, type: 'string', default: '' });

const severalTexts = ({ description, ...filter }: TextFilter): INodeProperties => ({
  ...filter,
  type: 'string',
  typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Value' },
  // Of one value: the editor adds it as a new row.
  default: '',
  description: `${description}${description.endsWith('.') ? '' : '.'} ${SEVERAL[filter.name] ?? SEVERAL.other}`,
});

const SEVERAL: Readonly<Record<string, string>> = {
  withoutKeyword: 'With several values, the message has none of them.',
  other: 'With several values, one of them is enough.',
};

const OTHERS: INodeProperties[] = [
  {
    displayName: 'Answered',
    name: 'answered',
    type: 'boolean',
    default: true,
    description: 'Whether the message was answered',
  },
  {
    displayName: 'Flagged',
    name: 'flagged',
    type: 'boolean',
    default: true,
    description: 'Whether the message is flagged (starred)',
  },
  {
    displayName: 'Has Attachments',
    name: 'hasAttachments',
    type: 'boolean',
    default: true,
    description: 'Whether the message has an attachment. Pictures shown in the text do not count.',
  },
  {
    displayName: 'Larger Than (KB)',
    name: 'largerThan',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 1024,
    description: 'Only messages larger than this, with attachments, in kilobytes of 1024 bytes',
  },
  {
    displayName: 'Message-ID Header',
    name: 'messageIdHeader',
    type: 'string',
    default: '',
    placeholder: 'e.g. <order-42@example.com>',
    description: 'The Message-ID header of the message, which stays the same in every mailbox',
  },
  {
    displayName: 'Raw Search',
    name: 'raw',
    type: 'string',
    default: '',
    placeholder: 'e.g. OR UNSEEN HEADER X-Ticket "42"',
    description:
      'More search terms in the language of the server: SEARCH keys for IMAP, a query such as subject:invoice for Exchange. Not available with POP3.',
  },
  {
    displayName: 'Read State',
    name: 'readState',
    type: 'options',
    options: [
      { name: 'Read', value: 'read' },
      { name: 'Unread', value: 'unread' },
    ],
    default: 'unread',
    description: 'Whether the message was read',
  },
  {
    displayName: 'Received After',
    name: 'receivedAfter',
    type: 'dateTime',
    default: '',
    description:
      'Only messages received at this time or later. Without a time zone, the time zone of the workflow is used.',
  },
  {
    displayName: 'Received Before',
    name: 'receivedBefore',
    type: 'dateTime',
    default: '',
    description:
      'Only messages received before this time. Without a time zone, the time zone of the workflow is used.',
  },
  {
    displayName: 'Smaller Than (KB)',
    name: 'smallerThan',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 1024,
    description: 'Only messages smaller than this, with attachments, in kilobytes of 1024 bytes',
  },
];

const collection = (options: INodeProperties[]): INodeProperties => ({
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add filter',
  default: {},
  description: 'A message must match all filters. Text matches anywhere in the field and ignores case.',
  options: byName(options),
});

/** All filters, with the names that they have in every version. */
export const FILTERS = collection([...OTHERS, ...[...IN_ALL_VERSIONS, ...SINCE_VERSION_2].map(severalTexts)]);

/** The field of each version of the node. */
export const FILTER_FIELDS: INodeProperties[] = [
  ...inVersion1([collection([...OTHERS, ...[...IN_ALL_VERSIONS, SUBJECT].map(oneText)])]),
  ...sinceVersion2([FILTERS]),
];
