import type { ImapFlow, ListResponse } from 'imapflow';

import { MailError, invalidInput } from '../errors';
import { SPECIAL_USES, isSpecialUse, type SpecialUse } from '../model/folder';
import { assertSingleLine } from '../text';

export const INBOX = 'INBOX';

/** RFC 9051 section 5.1: INBOX is the only case-insensitive name. */
export const isInbox = (path: string): boolean => path.toUpperCase() === INBOX;

/** A path in a form that can be compared. */
export const plainPath = (path: string): string => (isInbox(path) ? INBOX : path);

/** The special-use folders (RFC 6154), requested with one LIST on first use. */
export class SpecialFolders {
  private paths?: ReadonlyMap<SpecialUse, string>;

  constructor(private readonly flow: ImapFlow) {}

  /**
   * The path of a folder that is given by its path or its special use.
   *
   * @throws {MailError} INVALID_INPUT, FOLDER_NOT_FOUND if no folder has that use
   */
  async resolve(folder: string): Promise<string> {
    assertSingleLine('Folder', folder);
    if (folder === '') throw invalidInput('Folder', 'it is empty', 'Choose a folder, or enter its path.');
    if (folder === '\\Inbox') return INBOX;
    if (!isSpecialUse(folder)) return plainPath(folder);
    this.paths ??= await this.ask();
    const path = this.paths.get(folder);
    if (path !== undefined) return path;
    this.forget();
    throw noSuchUse(folder);
  }

  /** The paths of all folders with a special use. */
  async known(): Promise<ReadonlyMap<SpecialUse, string>> {
    this.paths ??= await this.ask();
    return new Map([...this.paths, ['\\Inbox', INBOX]]);
  }

  /** Call after folders have changed. */
  forget(): void {
    this.paths = undefined;
  }

  // If a server does not report special uses, imapflow recognizes common names in many languages.
  private async ask(): Promise<ReadonlyMap<SpecialUse, string>> {
    const folders = byUse(await this.flow.list());
    return new Map([...folders].map(([use, { path }]) => [use, path]));
  }
}

/**
 * The special use of a folder. imapflow checks the attributes only if the server announces the extension, but any
 * server may send them (RFC 6154 section 2).
 */
export const useOf = ({ specialUse = '', flags }: ListResponse): SpecialUse | undefined =>
  [...flags, specialUse].find(isSpecialUse);

/** A folder with one of these cannot be selected. */
export const CLOSED = ['\\Noselect', '\\NonExistent'] as const;

/** Whether a folder can be selected. */
export const isOpen = ({ flags }: ListResponse): boolean => CLOSED.every((flag) => !flags.has(flag));

/**
 * The folder of each special use. RFC 6154 section 2 allows several with one use, and a use may be left over on a folder
 * that does not exist: the first that can be selected counts.
 */
export function byUse(folders: readonly ListResponse[]): ReadonlyMap<SpecialUse, ListResponse> {
  const found = new Map<SpecialUse, ListResponse>();
  for (const folder of folders) {
    const use = useOf(folder);
    const known = use && found.get(use);
    if (use && (!known || (!isOpen(known) && isOpen(folder)))) found.set(use, folder);
  }
  return found;
}

const noSuchUse = (use: SpecialUse): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    `The server names no folder for ${SPECIAL_USES[use].name}`,
    'Enter the path of the folder, or set one up in the settings of the mail account.',
  );

export const folderMissing = (path: string): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    `There is no folder "${path}" in this mailbox`,
    'Check "Folder" for a typing error. Write a folder inside another one with the separator of the server, such as Archive/2026.',
  );
