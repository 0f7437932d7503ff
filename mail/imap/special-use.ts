import type { ImapFlow, ListResponse } from 'imapflow';

import { MailError, invalidInput } from '../errors';
import { SPECIAL_USES, isSpecialUse, type SpecialUse } from '../model/folder';
import { assertSingleLine } from '../text';

const INBOX = 'INBOX';

/** RFC 9051 section 5.1: the one name whose case does not matter. */
export const isInbox = (path: string): boolean => path.toUpperCase() === INBOX;

/** A path as two of them can be compared. */
export const plainPath = (path: string): string => (isInbox(path) ? INBOX : path);

/** Which folder is for what (RFC 6154), asked for with one LIST when it is first needed. */
export class SpecialFolders {
  private paths?: ReadonlyMap<string, string>;

  constructor(private readonly flow: ImapFlow) {}

  /**
   * The path of a folder that was named by its path or its use.
   *
   * @throws {MailError} INVALID_INPUT, FOLDER_NOT_FOUND where no folder has that use
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

  /** For when folders have been changed. */
  forget(): void {
    this.paths = undefined;
  }

  // Where a server does not say it, imapflow knows the usual names in many languages.
  private async ask(): Promise<ReadonlyMap<string, string>> {
    const folders = await this.flow.list();
    return new Map(folders.map((folder) => [useOf(folder) ?? '', folder.path]));
  }
}

/**
 * What a folder is for. imapflow looks at the attributes only where the server offers the extension, but any server
 * may give them (RFC 6154 section 2).
 */
export const useOf = ({ specialUse = '', flags }: ListResponse): SpecialUse | undefined =>
  [...flags, specialUse].find(isSpecialUse);

const noSuchUse = (use: SpecialUse): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    `The server names no folder for ${SPECIAL_USES[use].name} (${use})`,
    'Enter the path of the folder, or set one up in the settings of the mail account.',
  );

export const folderMissing = (path: string): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    `There is no folder "${path}" in this mailbox`,
    'Check "Folder" for a typing error. Write a folder inside another one with the separator of the server, such as Archive/2026.',
  );
