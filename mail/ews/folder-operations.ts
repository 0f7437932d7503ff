import { isMailError } from '../errors';
import { assertOwn, folderExists, folderNotFound, placeOf } from '../exchange/folder-paths';
import type { Folder } from '../folder';
import type { EwsFolders } from './folders';
import { field } from './properties';
import type { EwsService } from './service';
import { escaped } from './soap';

/** What changes folders. Each method is one request, beside those that look for the folder. */
export class EwsFolderOperations {
  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
  ) {}

  async create(path: string): Promise<Folder> {
    const { parent, name } = await this.place(path);
    await this.change(
      path,
      `<m:CreateFolder><m:ParentFolderId>${parent}</m:ParentFolderId><m:Folders><t:Folder>`,
      `<t:FolderClass>IPF.Note</t:FolderClass>${displayName(name)}</t:Folder></m:Folders></m:CreateFolder>`,
    );
    return (await this.folders.find(path)).folder;
  }

  /** Renames and moves, each only where it is asked for. */
  async rename(path: string, newPath: string): Promise<Folder> {
    const { folder, id, parentId } = await this.folders.find(path);
    const { parent, parentId: newParentId, name } = await this.place(newPath);
    assertOwn(folder);
    const self = this.folders.toXml({ id });
    if (newParentId !== parentId) {
      await this.change(
        newPath,
        `<m:MoveFolder><m:ToFolderId>${parent}</m:ToFolderId><m:FolderIds>${self}</m:FolderIds></m:MoveFolder>`,
      ).catch(async (error: unknown) => {
        // Where the name is taken, Exchange 2007 and 2010 say no more than that they could not.
        const isTaken = isMailError(error, 'SERVER_REFUSED') && (await this.folders.lookup(newPath));
        throw isTaken ? folderExists(newPath) : error;
      });
    }
    if (name !== folder.name) {
      await this.change(
        newPath,
        `<m:UpdateFolder><m:FolderChanges><t:FolderChange>${self}<t:Updates><t:SetFolderField>`,
        `${field('folder:DisplayName')}<t:Folder>${displayName(name)}</t:Folder>`,
        '</t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>',
      );
    }
    return (await this.folders.find(newPath)).folder;
  }

  async delete(path: string): Promise<void> {
    const { folder, id } = await this.folders.find(path);
    assertOwn(folder);
    await this.change(
      path,
      `<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>${this.folders.toXml({ id })}</m:FolderIds></m:DeleteFolder>`,
    );
  }

  async empty(path: string): Promise<number> {
    this.folders.forget();
    const { folder, id } = await this.folders.find(path);
    await this.change(
      path,
      `<m:EmptyFolder DeleteType="HardDelete" DeleteSubFolders="false"><m:FolderIds>${this.folders.toXml({ id })}</m:FolderIds></m:EmptyFolder>`,
    );
    return folder.counts?.total ?? 0;
  }

  private async change(path: string, ...request: string[]): Promise<void> {
    try {
      await this.service.ask(...request);
    } catch (error) {
      throw named(error, path);
    } finally {
      this.folders.forget();
    }
  }

  private async place(path: string) {
    const { parent, name } = placeOf(path);
    // What stands at the top has a parent with an id of its own, which no list shows.
    if (!parent) {
      return {
        parent: this.folders.toXml({ name: 'msgfolderroot' }),
        parentId: await this.folders.rootId(),
        name,
      };
    }
    const { id } = await this.folders.find(parent);
    return { parent: this.folders.toXml({ id }), parentId: id, name };
  }
}

const displayName = (name: string): string => `<t:DisplayName>${escaped(name)}</t:DisplayName>`;

function named(error: unknown, path: string): unknown {
  if (isMailError(error, 'FOLDER_EXISTS')) return folderExists(path);
  // Exchange calls a folder an item too.
  return isMailError(error, 'MESSAGE_NOT_FOUND') ? folderNotFound(path) : error;
}
