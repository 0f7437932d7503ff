import {
  tryToParseDateTime,
  type IDataObject,
  type IExecuteFunctions,
  type INodeProperties,
} from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import type { MessageQuery } from '../../../../mail/message/query';

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
        'Further criteria in the language of the server: SEARCH keys for IMAP. Not every protocol has one.',
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

/** @throws {MailError} INVALID_INPUT naming the filter */
export function readFilters(context: IExecuteFunctions, itemIndex: number): MessageQuery {
  const filters = filtersOf(context, itemIndex);
  const text = (name: string) => String(filters[name] ?? '').trim() || undefined;
  return {
    isRead: readState(text('readState')),
    isFlagged: flag('Flagged', filters.flagged),
    isAnswered: flag('Answered', filters.answered),
    from: text('from'),
    to: text('to'),
    subject: text('subject'),
    body: text('body'),
    receivedAfter: time(context, 'Received After', filters.receivedAfter),
    receivedBefore: time(context, 'Received Before', filters.receivedBefore),
    hasAttachments: flag('Has Attachments', filters.hasAttachments),
    largerThan: kilobytes('Larger Than', filters.largerThan),
    smallerThan: kilobytes('Smaller Than', filters.smallerThan),
    keyword: text('keyword'),
    messageId: text('messageIdHeader'),
    raw: text('raw'),
  };
}

/**
 * The filters that were added and say nothing, as where an expression gave nothing: what they leave out would match.
 * n8n drops them from what it tells, so they are looked up as they were written.
 */
export function emptyFilters(context: IExecuteFunctions, itemIndex: number): string[] {
  const written = context.getNodeParameter('filters', itemIndex, {}, { rawExpressions: true }) as unknown;
  const filters = filtersOf(context, itemIndex);
  const added = new Set([...(isObject(written) ? Object.keys(written) : []), ...Object.keys(filters)]);
  const isEmpty = (value: unknown) =>
    value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  return (FILTERS.options as INodeProperties[])
    .filter(({ name }) => added.has(name) && isEmpty(filters[name]))
    .map(({ displayName }) => displayName);
}

/** @throws {MailError} INVALID_INPUT where an expression for all of them gave something else */
function filtersOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const filters = (context.getNodeParameter('filters', itemIndex, {}) ?? {}) as unknown;
  if (isObject(filters)) return filters;
  throw invalidInput('Filters', 'they are not an object', 'Add the filters one by one.');
}

const isObject = (value: unknown): value is IDataObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readState(value: string | undefined): boolean | undefined {
  if (value === undefined || value === 'read' || value === 'unread') return value && value === 'read';
  throw invalidInput('Filter "Read State"', `"${value}" is not known`, 'Use read or unread.');
}

function flag(field: string, value: unknown): boolean | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (['true', 'false'].includes(String(value))) return String(value) === 'true';
  throw invalidInput(
    `Filter "${field}"`,
    `"${String(value)}" is neither true nor false`,
    'Use true or false.',
  );
}

function kilobytes(field: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  if (number >= 0) return number * 1024;
  throw invalidInput(
    `Filter "${field}"`,
    `"${String(value)}" is not a size`,
    'Enter a number of kilobytes, 0 or more.',
  );
}

function time(context: IExecuteFunctions, field: string, value: unknown): Date | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  try {
    return tryToParseDateTime(value, context.getTimezone()).toJSDate();
  } catch {
    throw invalidInput(
      `Filter "${field}"`,
      `"${String(value)}" is not a time`,
      'Enter a time such as 2026-11-23T10:00:00.',
    );
  }
}
