import { MailError, invalidInput, isMailError } from '../errors';
import { isSpecialUse, folderName, type Folder } from '../model/folder';
import { assertSingleLine } from '../text';
import { afterLoss } from './batch-result';

export const DELIMITER = '/';
/** The inbox has the same name as on IMAP, in every language. */
export const INBOX = 'INBOX';

/** Exchange's maximum length of a name. */
const LONGEST_NAME = 255;

/** Levels of folders within each other: more than Exchange allows. */
export const DEEPEST = 1000;

/** In Exchange, a name may contain the separator. */
const escapedName = (name: string): string => name.replace(/%(?=2F|25)/g, '%25').replaceAll('/', '%2F');
const plainName = (name: string): string => name.replaceAll('%2F', '/').replaceAll('%25', '%');

/** Whether the folder has this path or this special use. */
export const isCalled = ({ path, specialUse }: Folder, name: string): boolean =>
  isSpecialUse(name) ? specialUse === name : path === name.replace(IN_INBOX, INBOX);

const IN_INBOX = /^inbox(?=\/|$)/i;

/** The path of a subfolder. @param parent empty for the top level */
export const pathWithin = (parent: string, name: string): string =>
  (parent ? parent + DELIMITER : '') + escapedName(name);

export const tooDeep = (): MailError =>
  new MailError(
    'SERVER_REFUSED',
    `Exchange reports more than ${DEEPEST} folders within each other`,
    'Ask the administrator of Exchange to check the folders of this mailbox.',
  );

/**
 * The paths of folders, from the ids of their parents. A folder that is its own ancestor, which no server should
 * report, is placed at the top level.
 *
 * @throws {MailError} SERVER_REFUSED for folders that are deeper than any mailbox has
 */
export function pathsOf(
  folders: ReadonlyArray<{ id: string; parentId: string; name: string; isInbox: boolean }>,
): Map<string, string> {
  const byId = new Map(folders.map((one) => [one.id, one]));
  const paths = new Map<string, string>();
  const depths = new Map<string, number>();
  for (const one of folders) {
    const open = new Set<typeof one>();
    for (let at = byId.get(one.id); at && !paths.has(at.id) && !open.has(at); at = byId.get(at.parentId)) {
      open.add(at);
      if (at.isInbox) break;
    }
    for (const each of [...open].reverse()) {
      const depth = each.isInbox ? 1 : (depths.get(each.parentId) ?? 0) + 1;
      if (depth > DEEPEST) throw tooDeep();
      depths.set(each.id, depth);
      paths.set(each.id, each.isInbox ? INBOX : pathWithin(paths.get(each.parentId) ?? '', each.name));
    }
  }
  return paths;
}

/** A newly created folder. */
export const newFolder = (parent: string, name: string): Folder => ({
  ...{ path: pathWithin(parent, name), name, delimiter: DELIMITER, selectable: true },
});

/** Sorted by path, with the inbox first. */
export const inOrder = (folders: readonly Folder[]): Folder[] =>
  folders.toSorted(
    (a, b) => Number(b.path === INBOX) - Number(a.path === INBOX) || a.path.localeCompare(b.path),
  );

/**
 * Where to create a new folder.
 *
 * @returns the path of the parent, empty for the top level, and the name
 * @throws {MailError} INVALID_INPUT
 */
export function placeOf(path: string): { parent: string; name: string } {
  assertSingleLine('Path', path);
  const parts = path.split(DELIMITER);
  const name = plainName(parts.pop() ?? '').trim();
  if (!name || parts.some((part) => !part) || name.length > LONGEST_NAME) {
    throw invalidInput(
      'Path',
      `"${path}" is not the path of a folder`,
      'Enter names separated by slashes, such as Archive/2026.',
    );
  }
  return { parent: parts.join(DELIMITER), name };
}

/** @throws {MailError} SERVER_REFUSED for a folder that every mailbox has */
export function assertOwn({ path, specialUse }: Folder): void {
  if (!specialUse || specialUse === '\\Archive') return;
  throw new MailError(
    'SERVER_REFUSED',
    `Exchange needs the folder "${path}"`,
    'You can rename or delete only folders that someone created.',
  );
}

export const folderNotFound = (folder: string): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    isSpecialUse(folder)
      ? `This mailbox has no folder for ${folderName(folder)}`
      : `There is no folder "${folder}" in this mailbox`,
    'Check "Folder" for typing errors. Write a folder inside another one with a slash, such as Archive/2026.',
  );

export const folderExists = (path: string): MailError =>
  new MailError('FOLDER_EXISTS', `The folder "${path}" already exists`, 'Use another name.');

/** The meaning of an error for a folder change. Exchange uses "item" for folders too. */
export function folderError(error: unknown, path: string): unknown {
  if (!isMailError(error)) return error;
  if (error.code === 'FOLDER_EXISTS') return folderExists(path);
  const isGone = isMailError(error, 'FOLDER_NOT_FOUND', 'MESSAGE_NOT_FOUND');
  return isGone ? folderNotFound(path) : afterLoss(error);
}
