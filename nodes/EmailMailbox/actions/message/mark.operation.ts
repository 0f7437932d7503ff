import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { FlagChanges } from '../../../../mail/model/client';
import { invalidInput } from '../../../../mail/errors';
import { bulkOperation } from '../bulk/bulk';
import { readChoice, textOf } from '../fields/read-parameters';
import { SELECTION_FIELDS } from '../bulk/selection';
import { defineOperation } from '../operation';

const stateField = (displayName: string, name: string, yes: string, no: string): INodeProperties => ({
  displayName,
  name,
  type: 'options',
  // The first is the default: a mark stays as it is unless the user picks a change.
  options: [
    { name: 'Do Not Change', value: 'leave' },
    { name: no, value: 'no' },
    { name: yes, value: 'yes' },
  ],
  default: 'leave',
});

const listField =
  (placeholder: string) =>
  (displayName: string, name: string, description: string): INodeProperties => ({
    ...{ displayName, name, type: 'string', default: '', placeholder, description },
  });
const keywordsField = listField('e.g. Invoice, Done');
const labelsField = listField('e.g. Customers/Acme, \\Important');

export const mark = defineOperation({
  value: 'mark',
  name: 'Mark',
  action: 'Mark messages as read, flagged or answered',
  description: 'Mark messages as read, flagged or answered, or with keywords or labels',
  fields: [
    ...SELECTION_FIELDS,
    stateField('Read State', 'readState', 'Read', 'Unread'),
    stateField('Flag', 'flag', 'Flagged', 'Not Flagged'),
    stateField('Answered', 'answered', 'Answered', 'Not Answered'),
    keywordsField('Add Keywords', 'addKeywords', 'Keywords to add, separated by commas'),
    keywordsField('Remove Keywords', 'removeKeywords', 'Keywords to remove, separated by commas'),
    labelsField('Add Labels', 'addLabels', 'Labels to add, separated by commas. Only Gmail over IMAP.'),
    labelsField(
      'Remove Labels',
      'removeLabels',
      'Labels to remove, separated by commas. Only Gmail over IMAP.',
    ),
  ],
  execute: bulkOperation({
    done: 'marked',
    repeatable: true,
    read: readMarks,
    run: async (client, ids, marks) => await client.markMessages(ids, marks),
    toJson: (id) => ({ id, marked: true }),
  }),
});

/** @throws {MailError} INVALID_INPUT if nothing would change */
function readMarks(context: IExecuteFunctions, itemIndex: number): FlagChanges {
  const choice = (name: string, displayName: string) => {
    const value = readChoice(context, name, displayName, ['leave', 'yes', 'no'], itemIndex);
    return value === 'leave' ? undefined : value === 'yes';
  };
  const list = (name: string) => {
    const value = context.getNodeParameter(name, itemIndex, '') as unknown;
    const words = Array.isArray(value) ? value.map(textOf) : textOf(value).split(',');
    const filled = words.map((word) => word.trim()).filter(Boolean);
    return filled.length > 0 ? filled : undefined;
  };
  const marks: FlagChanges = {
    isRead: choice('readState', 'Read State'),
    isFlagged: choice('flag', 'Flag'),
    isAnswered: choice('answered', 'Answered'),
    addKeywords: list('addKeywords'),
    removeKeywords: list('removeKeywords'),
    addLabels: list('addLabels'),
    removeLabels: list('removeLabels'),
  };
  if (Object.values(marks).some((value) => value !== undefined)) return marks;
  throw invalidInput(
    'Read State',
    'there is nothing to change',
    'Choose a read state or a flag, or enter a keyword or a label.',
  );
}
