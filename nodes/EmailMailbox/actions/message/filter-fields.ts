import type { INodeProperties } from 'n8n-workflow';

export const FILTERS: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add filter',
  default: {},
  description:
    'A message must meet all of them. Text is found anywhere in the field, without regard to case.',
  options: [
    {
      displayName: 'Answered',
      name: 'answered',
      type: 'boolean',
      default: true,
      description: 'Whether the message was answered',
    },
    { displayName: 'Body', name: 'body', type: 'string', default: '', description: 'Text within the body' },
    {
      displayName: 'Flagged',
      name: 'flagged',
      type: 'boolean',
      default: true,
      description: 'Whether the message is flagged (starred)',
    },
    {
      displayName: 'From',
      name: 'from',
      type: 'string',
      default: '',
      description: 'Text within name or address of the sender',
    },
    {
      displayName: 'Has Attachments',
      name: 'hasAttachments',
      type: 'boolean',
      default: true,
      description: 'Whether the message has an attachment. Images shown within the text do not count.',
    },
    {
      displayName: 'Keyword',
      name: 'keyword',
      type: 'string',
      default: '',
      placeholder: 'Invoice',
      description: 'Keyword, label or category that the message has',
    },
    {
      displayName: 'Larger Than (KB)',
      name: 'largerThan',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 1024,
      description: 'Smallest size of the whole message with its attachments, in kilobytes of 1024 bytes',
    },
    {
      displayName: 'Message-ID Header',
      name: 'messageIdHeader',
      type: 'string',
      default: '',
      placeholder: '<order-42@example.com>',
      description: 'The Message-ID header of the message, which stays the same in every mailbox',
    },
    {
      displayName: 'Raw Search',
      name: 'raw',
      type: 'string',
      default: '',
      placeholder: 'OR UNSEEN HEADER X-Ticket "42"',
      description:
        'Further criteria in the language of the server: SEARCH keys for IMAP, a query such as subject:invoice for Exchange. Not every protocol has one.',
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
        'Earliest time the server received the message. Without a zone, the time zone of the workflow counts.',
    },
    {
      displayName: 'Received Before',
      name: 'receivedBefore',
      type: 'dateTime',
      default: '',
      description:
        'Time before which the server received the message. Without a zone, the time zone of the workflow counts.',
    },
    {
      displayName: 'Smaller Than (KB)',
      name: 'smallerThan',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 1024,
      description: 'Size that the whole message with its attachments stays below, in kilobytes of 1024 bytes',
    },
    {
      displayName: 'Subject',
      name: 'subject',
      type: 'string',
      default: '',
      description: 'Text within the subject',
    },
    {
      displayName: 'To',
      name: 'to',
      type: 'string',
      default: '',
      description: 'Text within name or address of a recipient',
    },
  ],
};
