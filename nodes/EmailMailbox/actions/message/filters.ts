import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import type { MessageQuery } from '../../../../mail/model/query';
import { readTime, type ParameterContext } from '../fields/read-parameters';
import { FILTERS } from './filter-fields';

/** @throws {MailError} INVALID_INPUT naming the filter */
export function readFilters(context: ParameterContext, itemIndex: number): MessageQuery {
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
    receivedAfter: readTime(context, 'Filter "Received After"', filters.receivedAfter),
    receivedBefore: readTime(context, 'Filter "Received Before"', filters.receivedBefore),
    hasAttachments: flag('Has Attachments', filters.hasAttachments),
    largerThan: kilobytes('Larger Than', filters.largerThan),
    smallerThan: kilobytes('Smaller Than', filters.smallerThan),
    keyword: text('keyword'),
    messageId: text('messageIdHeader'),
    raw: text('raw'),
  };
}

/**
 * The filters that were added and are empty, for example because an expression gave nothing: without them, more messages
 * would match. n8n drops them from the parameter's value, so they are looked up in the raw parameter.
 */
export function emptyFilters(context: ParameterContext, itemIndex: number): string[] {
  const written = context.getNodeParameter('filters', itemIndex, {}, { rawExpressions: true }) as unknown;
  const filters = filtersOf(context, itemIndex);
  const added = new Set([...(isObject(written) ? Object.keys(written) : []), ...Object.keys(filters)]);
  const isEmpty = (value: unknown) =>
    value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  return (FILTERS.options as INodeProperties[])
    .filter(({ name }) => added.has(name) && isEmpty(filters[name]))
    .map(({ displayName }) => displayName);
}

/** @throws {MailError} INVALID_INPUT if an expression for all of them did not give an object */
function filtersOf(context: ParameterContext, itemIndex: number): IDataObject {
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
