import type { INodeProperties } from 'n8n-workflow';

import { chooseOneOf, invalidInput } from '../../../../mail/errors';
import type { MessageQuery, WholeSubject } from '../../../../mail/model/query';
import { isObject } from '../../../../n8n/expression-values';
import { isVersion1 } from '../../../shared/versions';
import { readOptions } from '../fields/options';
import { numberOf, readTime, textOf, type ParameterContext } from '../fields/read-parameters';
import { FILTERS } from './filter-fields';

/** The whole subject, as a user writes it. */
const IN_QUOTES = /^"(.*)"$/s;

/** @throws {MailError} INVALID_INPUT naming the filter */
export function readFilters(context: ParameterContext, itemIndex: number): MessageQuery {
  const filters = readOptions(context, itemIndex, FILTERS);
  const text = (name: string) => textOf(filters[name]).trim() || undefined;
  const texts = (name: string) => listed(filters[name]);
  return {
    isRead: readState(text('readState')),
    isFlagged: flag('Flagged', filters.flagged),
    isAnswered: flag('Answered', filters.answered),
    from: texts('from'),
    to: texts('to'),
    cc: texts('cc'),
    bcc: texts('bcc'),
    subject: isVersion1(context) ? texts('subject') : texts('subject')?.map(asSubject),
    body: texts('body'),
    receivedAfter: readTime(context, 'Filter "Received After"', filters.receivedAfter),
    receivedBefore: readTime(context, 'Filter "Received Before"', filters.receivedBefore),
    hasAttachments: flag('Has Attachments', filters.hasAttachments),
    largerThan: kilobytes('Larger Than', filters.largerThan),
    smallerThan: kilobytes('Smaller Than', filters.smallerThan),
    keyword: texts('keyword'),
    withoutKeyword: texts('withoutKeyword'),
    label: texts('label'),
    messageId: text('messageIdHeader'),
    raw: text('raw'),
  };
}

/** All values of a filter: the only place where one value becomes a list, because an expression may give either. */
const valuesOf = (value: unknown): unknown[] => [value].flat(LISTS_IN_LISTS);

/** A row of the field may hold a list that an expression gave. */
const LISTS_IN_LISTS = 2;

/** Undefined if there is no value. */
function listed(value: unknown): string[] | undefined {
  const texts = valuesOf(value).map((one) => textOf(one).trim());
  const values = [...new Set(texts)].filter((one) => !isBlank(one));
  return values.length > 0 ? values : undefined;
}

function asSubject(text: string): string | WholeSubject {
  const [, inner] = IN_QUOTES.exec(text) ?? [];
  return inner === undefined ? text : { exactly: inner.trim() };
}

/** Also quotation marks in which an expression put nothing. */
const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && /^\s*(?:"\s*")?\s*$/.test(value));

/**
 * The filters that were added and are empty, for example because an expression gave nothing: without them, more messages
 * would match. n8n drops them from the parameter's value, so they are looked up in the raw parameter.
 */
export function emptyFilters(context: ParameterContext, itemIndex: number): string[] {
  const written = context.getNodeParameter('filters', itemIndex, {}, { rawExpressions: true }) as unknown;
  const filters = readOptions(context, itemIndex, FILTERS);
  const added = new Set([...(isObject(written) ? Object.keys(written) : []), ...Object.keys(filters)]);
  const isEmpty = (value: unknown) => valuesOf(value).length === 0 || valuesOf(value).some(isBlank);
  return (FILTERS.options as INodeProperties[])
    .filter(({ name }) => added.has(name) && isEmpty(filters[name]))
    .map(({ displayName }) => displayName);
}

function readState(value: string | undefined): boolean | undefined {
  if (value === undefined || value === 'read' || value === 'unread') return value && value === 'read';
  throw invalidInput('Filter "Read State"', `"${value}" is not known`, chooseOneOf(['read', 'unread']));
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
