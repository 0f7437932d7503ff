import { PROTOCOLS } from '../account/providers';
import { FolderClient, type Folder } from '../model/folder';
import type { ImapConnection } from './connection';
import { emptyFolder } from './empty';
import { createFolder, deleteFolder, getFolder, listFolders, renameFolder } from './folders';

/** What an IMAP client does with folders. */
export abstract class ImapFolderClient extends FolderClient {
  readonly protocol = PROTOCOLS.imap.name;
  // Private to the language and not only to the compiler: imapflow keeps the login within.
  readonly #connection: ImapConnection;

  protected constructor(connection: ImapConnection) {
    super();
    this.#connection = connection;
  }

  async listFolders(options: { counts: boolean }): Promise<Folder[]> {
    return await listFolders(this.#connection, options);
  }

  async getFolder(folder: string): Promise<Folder | undefined> {
    return await getFolder(this.#connection, folder);
  }

  override async createFolder(path: string): Promise<Folder> {
    return await createFolder(this.#connection, path);
  }

  override async renameFolder(folder: string, newPath: string): Promise<Folder> {
    return await renameFolder(this.#connection, folder, newPath);
  }

  override async deleteFolder(folder: string): Promise<void> {
    await deleteFolder(this.#connection, folder);
  }

  async emptyFolder(folder: string): Promise<number> {
    return await emptyFolder(this.#connection, folder);
  }
}
