import { emptyByMessages } from '../exchange/empty';
import { assertOwn, folderError, newFolder, placeOf } from '../exchange/folder-paths';
import { renameFolder } from '../exchange/rename';
import type { Folder } from '../model/folder';
import type { EwsChanger } from './change';
import type { EwsFolders } from './folders';
import { field } from './properties';
import type { EwsReader } from './read';
import type { EwsService } from './service';
import { isAtLeast } from '../account/ews-settings';
import { escaped } from './soap';

/** Changes folders. Each operation takes one or two requests, in addition to those that look up the folder. */
export class EwsFolderOperations {
  constructor(
    private readonly service: EwsService,
    private readonly folders: EwsFolders,
    private readonly reader: EwsReader,
    private readonly changer: EwsChanger,
  ) {}

  async create(path: string): Promise<Folder> {
    const { parent, name } = placeOf(path);
    const within = parent ? (await this.folders.find(parent)).folder.path : '';
    const target = await this.parentNamed(within);
    await this.change(
      path,
      `<m:CreateFolder><m:ParentFolderId>${target}</m:ParentFolderId><m:Folders><t:Folder>`,
      `<t:FolderClass>IPF.Note</t:FolderClass>${displayName(name)}</t:Folder></m:Folders></m:CreateFolder>`,
    );
    return newFolder(within, name);
  }

  async rename(path: string, newPath: string): Promise<Folder> {
    return await renameFolder(this.folders, path, newPath, {
      move: async ({ id }, parent) => {
        const target = await this.parentNamed(parent);
        await this.change(
          newPath,
          `<m:MoveFolder><m:ToFolderId>${target}</m:ToFolderId>`,
          `<m:FolderIds>${this.folders.toXml({ id })}</m:FolderIds></m:MoveFolder>`,
        );
      },
      rename: async ({ id }, name) =>
        await this.change(
          newPath,
          `<m:UpdateFolder><m:FolderChanges><t:FolderChange>${this.folders.toXml({ id })}<t:Updates>`,
          `<t:SetFolderField>${field('folder:DisplayName')}<t:Folder>${displayName(name)}</t:Folder>`,
          '</t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>',
        ),
    });
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
    // Exchange 2007 has no request for this.
    if (!isAtLeast(this.service.ews.version, 'Exchange2010')) {
      return await emptyByMessages(path, this.reader, this.changer);
    }
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
      throw folderError(error, path);
    } finally {
      this.folders.forget();
    }
  }

  /** The folder at a path, as used in a request; empty for the top level. */
  private async parentNamed(path: string): Promise<string> {
    return this.folders.toXml(path ? { id: (await this.folders.find(path)).id } : { name: 'msgfolderroot' });
  }
}

const displayName = (name: string): string => `<t:DisplayName>${escaped(name)}</t:DisplayName>`;
