import { FolderClient, withoutCounts, type Folder } from '../model/folder';
import type { ExchangeParts } from './parts';

/** The folder operations of the Exchange client. */
export abstract class ExchangeFolderClient extends FolderClient {
  // Private at runtime too, not only for TypeScript: the parts hold the login.
  readonly #parts: Pick<ExchangeParts, 'folders' | 'operations'>;

  protected constructor(parts: Pick<ExchangeParts, 'folders' | 'operations'>) {
    super();
    this.#parts = parts;
  }

  async listFolders({ counts }: { counts: boolean }): Promise<Folder[]> {
    this.#parts.folders.forget();
    const folders = await this.#parts.folders.list();
    return counts ? folders : folders.map(withoutCounts);
  }

  async getFolder(folder: string): Promise<Folder | undefined> {
    this.#parts.folders.forget();
    return (await this.#parts.folders.lookup(folder))?.folder;
  }

  override async createFolder(path: string): Promise<Folder> {
    return withoutCounts(await this.#parts.operations.create(path));
  }

  override async renameFolder(folder: string, newPath: string): Promise<Folder> {
    return withoutCounts(await this.#parts.operations.rename(folder, newPath));
  }

  override async deleteFolder(folder: string): Promise<void> {
    await this.#parts.operations.delete(folder);
  }

  async emptyFolder(folder: string): Promise<number> {
    return await this.#parts.operations.empty(folder);
  }
}
