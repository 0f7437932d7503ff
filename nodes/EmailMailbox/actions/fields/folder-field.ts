import type { INodeProperties } from 'n8n-workflow';

import { invalidInput } from '../../../../mail/errors';
import { SPECIAL_USES, isInbox, folderName, specialUseNamed } from '../../../../mail/model/folder';
import { chosen, isObject, textOf } from '../../../../n8n/expression-values';
import type { ParameterContext } from './read-parameters';

interface FolderField {
  displayName: string;
  name: string;
  description: string;
  /** A path, or a use such as `\Sent`. */
  default?: string;
}

const shownAs = (preset: string): string => folderName(isInbox(preset) ? '\\Inbox' : preset);

const USES = `One of: ${Object.values(SPECIAL_USES)
  .map(({ name }) => name)
  .join(', ')}`;

/** A folder from the account's list, by its use, or by its path. */
export const folderField = ({ displayName, name, description, default: preset = '' }: FolderField) =>
  ({
    displayName,
    name,
    type: 'resourceLocator',
    default: { mode: 'list', value: preset, ...(preset && { cachedResultName: shownAs(preset) }) },
    required: true,
    description,
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        placeholder: 'Choose a folder...',
        typeOptions: { searchListMethod: 'searchFolders', searchable: true },
      },
      {
        displayName: 'By Use',
        name: 'use',
        // A list would show nothing: the editor has one list for each field, that of the mode with the name `list`.
        type: 'string',
        placeholder: 'e.g. Sent',
        hint: USES,
      },
      { displayName: 'By Path', name: 'path', type: 'string', placeholder: 'e.g. Archive/2026' },
    ],
  }) satisfies INodeProperties;

/** The folder in a value of such a field: its path, or its use as `\Sent`, also if a user wrote the use by its name. */
export function folderIn(value: unknown): unknown {
  const folder = chosen(value);
  const isUse = isObject(value) && value.mode === 'use';
  return (isUse && specialUseNamed(textOf(folder))) || folder;
}

/**
 * The path of a folder, given with the parameter that it stands in. A name that was picked is as the server has it, and
 * may end in a space; one that was typed ends in none. Empty if there is nothing but white space.
 */
export function folderText(path: string, parameter: unknown): string {
  const isPicked = isObject(parameter) && parameter.mode === 'list';
  const trimmed = path.trim();
  return isPicked && trimmed ? path : trimmed;
}

/**
 * The folder that a field names for one item: picked, typed, from an expression, or as plain text from older
 * versions of the field.
 *
 * @throws {MailError} INVALID_INPUT naming the field
 */
export function readFolder(
  context: ParameterContext,
  name: string,
  itemIndex: number,
  displayName = 'Folder',
): string {
  const parameter = context.getNodeParameter(name, itemIndex, '');
  const value = folderIn(parameter);
  const folder = typeof value === 'string' ? folderText(value, parameter) : '';
  if (folder) return folder;
  throw invalidInput(displayName, 'it is empty', 'Choose a folder, or enter its path, such as INBOX.');
}
