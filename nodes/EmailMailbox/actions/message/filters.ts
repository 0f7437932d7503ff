import type { INodeProperties } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import type { MessageQuery } from '../../../../mail/model/query';
import { isObject } from '../../../../n8n/expression-values';
import { readOptions } from '../fields/options';
import { numberOf, readTime, textOf, type ParameterContext } from '../fields/read-parameters';
import { FILTERS } from './filter-fields';

/** @throws {MailError} INVALID_INPUT naming the filter */
export function readFilters(context: ParameterContext, itemIndex: number): MessageQuery {
  const filters = readOptions(context, itemIndex, FILTERS);
  const text = (name: string) => textOf(filters[name]).trim() || undefined;
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
    label: text('label'),
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
  const filters = readOptions(context, itemIndex, FILTERS);
  const added = new Set([...(isObject(written) ? Object.keys(written) : []), ...Object.keys(filters)]);
  const isEmpty = (value: unknown) =>
    value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  return (FILTERS.options as INodeProperties[])
    .filter(({ name }) => added.has(name) && isEmpty(filters[name]))
    .map(({ displayName }) => displayName);
}

function readState(value: string | undefined): boolean | undefined {
  if (value === undefined || value === 'read' || value === 'unread') return value && value === 'read';
  throw invalidInput('Filter "Read State"', `"${value}" is not known`, 'Use read or unread.');
}

function flag(field: string, value: unknown): boolean | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (['true', 'false'].includes(textOf(value))) return textOf(value) === 'true';
  throw invalidInput(
    `Filter "${field}"`,
    `"${textOf(value)}" is neither true nor false`,
    'Use true or false.',
  );
}

function kilobytes(field: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = numberOf(value);
  if (number >= 0) return number * 1024;
  throw invalidInput(
    `Filter "${field}"`,
    `"${textOf(value)}" is not a size`,
    'Enter a number of kilobytes, 0 or more.',
  );
}
