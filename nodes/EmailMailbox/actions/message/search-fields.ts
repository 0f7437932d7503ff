import type { INodeProperties } from 'n8n-workflow';

import { chooseOneOf, invalidInput } from '../../../../mail/errors';
import { specialUseNamed } from '../../../../mail/model/folder';
import { LEFT_OUT, type SearchedFolders, type Sort } from '../../../../mail/model/message-search';
import { folderField, folderIn, folderText, readFolder } from '../fields/folder-field';
import { readRows } from '../fields/options';
import { readChoice, textOf, type ParameterContext } from '../fields/read-parameters';

const FOLDER = folderField({
  displayName: 'Folder',
  name: 'folder',
  default: 'INBOX',
  description: 'Folder to look in',
});

/** Where to look for messages. Saved workflows that say nothing look in one folder. */
export const SEARCH_IN: INodeProperties[] = [
  {
    displayName: 'Search In',
    name: 'searchIn',
    type: 'options',
    options: [
      {
        name: 'All Folders',
        value: 'all',
        description: 'All folders but drafts, junk and trash, which can be included',
      },
      { name: 'One Folder', value: 'one' },
      { name: 'Several Folders', value: 'several', description: 'The folders that you add' },
    ],
    default: 'one',
  },
  { ...FOLDER, displayOptions: { show: { searchIn: ['one'] } } },
  {
    displayName: 'Folders',
    name: 'folders',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Folder' },
    placeholder: 'Add folder',
    default: {},
    description: 'Folders to look in. The limit is for all of them together.',
    options: [{ displayName: 'Folder', name: 'folder', values: [FOLDER] }],
    displayOptions: { show: { searchIn: ['several'] } },
  },
  {
    displayName: 'Also Search In',
    name: 'include',
    type: 'multiOptions',
    options: [
      { name: 'Drafts', value: '\\Drafts' },
      { name: 'Junk', value: '\\Junk' },
      { name: 'Trash', value: '\\Trash' },
    ],
    default: [],
    description: 'Folders that are left out unless you choose them here, with the folders in them',
    displayOptions: { show: { searchIn: ['all'] } },
  },
];

export const SORT: INodeProperties = {
  displayName: 'Sort',
  name: 'sort',
  type: 'options',
  options: [
    { name: 'Newest First', value: 'newest' },
    { name: 'Oldest First', value: 'oldest' },
  ],
  default: 'newest',
  description: 'Which messages come first. A limit leaves out the others.',
};

/** @throws {MailError} INVALID_INPUT */
export const readSort = (context: ParameterContext, itemIndex: number, preset: Sort = 'newest'): Sort =>
  readChoice(
    context,
    'sort',
    'Sort',
    preset === 'newest' ? ['newest', 'oldest'] : ['oldest', 'newest'],
    itemIndex,
  );

/** @throws {MailError} INVALID_INPUT */
export function readSearchIn(context: ParameterContext, itemIndex: number): SearchedFolders {
  switch (readChoice(context, 'searchIn', 'Search In', ['one', 'several', 'all'], itemIndex)) {
    case 'one':
      return [readFolder(context, 'folder', itemIndex)];
    case 'several':
      return readFolders(context, itemIndex);
    case 'all': {
      const included = readIncluded(context, itemIndex);
      return { allExcept: LEFT_OUT.filter((use) => !included.includes(use)) };
    }
  }
}

/** A row may hold a list of paths that an expression gave. */
function readFolders(context: ParameterContext, itemIndex: number): string[] {
  const value = context.getNodeParameter('folders', itemIndex, {}) as unknown;
  const paths = readRows('Folders', value, 'folder').flatMap(({ folder }) =>
    [folderIn(folder)].flat().map((path) => folderText(textOf(path), folder)),
  );
  if (paths.length > 0 && paths.every(Boolean)) return [...new Set(paths)];
  throw invalidInput('Folders', 'there is none, or one is empty', 'Add the folders to look in.');
}

function readIncluded(context: ParameterContext, itemIndex: number): string[] {
  const value = context.getNodeParameter('include', itemIndex, []) as unknown;
  const uses = [value ?? []].flat().map((use) => specialUseNamed(textOf(use)) ?? textOf(use));
  const unknown = uses.find((use) => !LEFT_OUT.some((one) => one === use));
  if (unknown === undefined) return uses;
  throw invalidInput('Also Search In', `"${unknown}" is not known`, chooseOneOf(LEFT_OUT));
}
