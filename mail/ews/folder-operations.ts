import { MailError, invalidInput, isMailError } from '../errors';
import type { Folder } from '../folder';
import { assertSingleLine } from '../text';
import { DELIMITER, plainName, type EwsFolders } from './folders';
import { field } from './properties';
import type { EwsService } from './service';
import { escaped } from './soap';

/** Exchange's limit of a name. */
const LONGEST_NAME = 255;

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
      );
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
    assertSingleLine('Folder', path);
    const parts = path.split(DELIMITER);
    const name = plainName(parts.pop() ?? '').trim();
    if (!name || parts.some((part) => !part) || name.length > LONGEST_NAME) {
      throw invalidInput(
        'Folder',
        `"${path}" is not the path of a folder`,
        'Enter names separated by slashes, such as Archive/2026.',
      );
    }
    // What stands at the top has a parent with an id of its own, which no list shows.
    if (parts.length === 0) {
      return {
        parent: this.folders.toXml({ name: 'msgfolderroot' }),
        parentId: await this.folders.rootId(),
        name,
      };
    }
    const { id } = await this.folders.find(parts.join(DELIMITER));
    return { parent: this.folders.toXml({ id }), parentId: id, name };
  }
}

const displayName = (name: string): string => `<t:DisplayName>${escaped(name)}</t:DisplayName>`;

function assertOwn({ path, specialUse }: Folder): void {
  if (!specialUse || specialUse === '\\Archive') return;
  throw new MailError(
    'SERVER_REFUSED',
    `Exchange needs the folder "${path}"`,
    'Only folders that somebody has made can be renamed or deleted.',
  );
}

const named = (error: unknown, path: string): unknown =>
  isMailError(error, 'FOLDER_EXISTS')
    ? new MailError('FOLDER_EXISTS', `There is a folder "${path}" already`, 'Use another name.')
    : error;
