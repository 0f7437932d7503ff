import { updateDisplayOptions, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import { isEmptyQuery, type MessageQuery } from '../../../../mail/model/query';
import { FILTER_FIELDS } from '../message/filter-fields';
import { emptyFilters, readFilters } from '../message/filters';
import { folderField, readFolder } from '../fields/folder-field';
import { MESSAGE_IDS } from '../fields/id-field';
import { MESSAGE, readIds } from '../fields/read-ids';
import { readChoice, readSwitch } from '../fields/read-parameters';

const BY_FILTER: INodeProperties[] = [
  folderField({
    displayName: 'Folder',
    name: 'folder',
    default: 'INBOX',
    description: 'Folder of the messages',
  }),
  ...FILTER_FIELDS,
  {
    displayName: 'All Messages in the Folder',
    name: 'allMessages',
    type: 'boolean',
    default: false,
    description:
      'Whether to use all messages in the folder if no filter is set. If off, you must set a filter.',
  },
  {
    displayName: 'Dry Run',
    name: 'dryRun',
    type: 'boolean',
    default: false,
    description: 'Whether to only count the matching messages and change nothing',
  },
];

/** Which messages an operation works on: those with given ids, or all matches in a folder. */
const selectionFields = (byFilter: INodeProperties[]): INodeProperties[] => [
  {
    displayName: 'Messages',
    name: 'select',
    type: 'options',
    options: [
      { name: 'By Filter', value: 'filter', description: 'All messages in a folder that match the filters' },
      { name: 'By ID', value: 'id', description: 'Messages with the IDs from the input items' },
    ],
    default: 'id',
  },
  ...updateDisplayOptions({ show: { select: ['id'] } }, MESSAGE_IDS),
  ...updateDisplayOptions({ show: { select: ['filter'] } }, byFilter),
];

export const SELECTION_FIELDS = selectionFields(BY_FILTER);

/** For an operation that needs no dry run. */
export const READING_FIELDS = selectionFields(BY_FILTER.filter(({ name }) => name !== 'dryRun'));

export type Selection = { ids: string[] } | FilterSelection;

export interface FilterSelection {
  folder: string;
  query: MessageQuery;
  dryRun: boolean;
}

/**
 * @throws {MailError} INVALID_INPUT, also for a filter that an expression left empty: it would match everything
 */
export function readSelection(context: IExecuteFunctions, itemIndex: number): Selection {
  if (readChoice(context, 'select', 'Messages', ['id', 'filter'], itemIndex) === 'id') {
    return { ids: readIds(context, itemIndex, MESSAGE) };
  }
  const query = readFilters(context, itemIndex);
  const dryRun = readSwitch(context, 'dryRun', 'Dry Run', itemIndex);
  const all = readSwitch(context, 'allMessages', 'All Messages in the Folder', itemIndex);
  if (isEmptyQuery(query) && !all) {
    throw invalidInput(
      'Filters',
      'no filter is set, or the expressions returned nothing, so all messages in the folder would match',
      'Set a filter. To use all messages, switch on "All Messages in the Folder".',
    );
  }
  const [empty] = all ? [] : emptyFilters(context, itemIndex);
  if (empty !== undefined) {
    throw invalidInput(
      `Filter "${empty}"`,
      'it is empty, or its expression returned nothing, so too many messages would match',
      'Enter a value, or remove the filter.',
    );
  }
  return { folder: readFolder(context, 'folder', itemIndex), query, dryRun };
}
