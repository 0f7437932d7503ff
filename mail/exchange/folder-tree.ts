import { isMailError, type MailError } from '../errors';
import type { Folder } from '../model/folder';
import { assertSingleLine } from '../text';
import { folderNotFound, inOrder, isCalled } from './folder-paths';

/** A folder with the ids that Exchange knows it by. */
export interface FolderEntry {
  folder: Folder;
  id: string;
  parentId: string;
}

/** The folders of a mailbox by path, asked for once. */
export abstract class FolderTree {
  private known?: Promise<Map<string, FolderEntry>>;

  /** All folders, by their ids. */
  protected abstract read(): Promise<Map<string, FolderEntry>>;

  /** @throws {MailError} FOLDER_NOT_FOUND */
  async find(folder: string): Promise<FolderEntry> {
    const fresh = this.known === undefined;
    let found = await this.lookup(folder);
    if (!found && !fresh) {
      // Somebody may have made it since.
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

  /** The path of the folder that a message says it is in. */
  async pathOf(id: string): Promise<string> {
    return (await this.all()).get(id)?.folder.path ?? '';
  }

  async list(): Promise<Folder[]> {
    return inOrder([...(await this.all()).values()].map(({ folder }) => folder));
  }

  /** To be called after a change, and where the counts have to be those of now. */
  forget(): void {
    this.known = undefined;
  }

  private async all(): Promise<Map<string, FolderEntry>> {
    this.known ??= this.read();
    this.known.catch(() => this.forget());
    return await this.known;
  }
}

/** Whether an error over a folder that every mailbox has means that this one lacks it, or does not show it. */
export const mayLack = (error: MailError): boolean =>
  isMailError(error, 'ACCESS_DENIED', 'FOLDER_NOT_FOUND', 'MESSAGE_NOT_FOUND');
