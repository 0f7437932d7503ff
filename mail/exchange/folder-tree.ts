import { isMailError, type MailError } from '../errors';
import type { Folder } from '../model/folder';
import { assertSingleLine } from '../text';
import { folderNotFound, inOrder, isCalled } from './folder-paths';

/** A folder with its Exchange ids. */
export interface FolderEntry {
  folder: Folder;
  id: string;
  parentId: string;
}

/** The folders of a mailbox by path, read once and cached. */
export abstract class FolderTree {
  private known?: Promise<Map<string, FolderEntry>>;

  /** All folders by id. */
  protected abstract read(): Promise<Map<string, FolderEntry>>;

  /** @throws {MailError} FOLDER_NOT_FOUND */
  async find(folder: string): Promise<FolderEntry> {
    const fresh = this.known === undefined;
    let found = await this.lookup(folder);
    if (!found && !fresh) {
      // It may have been created since.
      this.forget();
      found = await this.lookup(folder);
    }
    if (found) return found;
    throw folderNotFound(folder);
  }

  async lookup(folder: string): Promise<FolderEntry | undefined> {
    assertSingleLine('Folder', folder);
    return [...(await this.all()).values()].find((one) => isCalled(one.folder, folder));
  }

  /** The path of the folder with this id, which a message names. */
  async pathOf(id: string): Promise<string> {
    return (await this.all()).get(id)?.folder.path ?? '';
  }

  /** All folders, as they are now. */
  async current(): Promise<FolderEntry[]> {
    this.forget();
    return [...(await this.all()).values()];
  }

  async list(): Promise<Folder[]> {
    return inOrder([...(await this.all()).values()].map(({ folder }) => folder));
  }

  /** Call after a change, and before current counts are needed. */
  forget(): void {
    this.known = undefined;
  }

  private async all(): Promise<Map<string, FolderEntry>> {
    this.known ??= this.read();
    this.known.catch(() => this.forget());
    return await this.known;
  }
}

/**
 * Something else for a list of folders that this account may not see: the owner may share single folders, and not the one
 * that contains them (https://github.com/ecederstrand/exchangelib/issues/548).
 *
 * @param isKnown whether anything of the mailbox is shown
 */
export async function refusedAs<T, U>(instead: U, list: Promise<T>, isKnown = true): Promise<T | U> {
  return await list.catch((error: unknown) => {
    if (isKnown && isMailError(error) && mayLack(error)) return instead;
    throw error;
  });
}

/** Whether an error for a standard folder means that this mailbox does not have it or does not show it. */
export const mayLack = (error: MailError): boolean =>
  isMailError(error, 'ACCESS_DENIED', 'FOLDER_NOT_FOUND', 'MESSAGE_NOT_FOUND');
