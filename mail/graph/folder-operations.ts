import { emptyByMessages } from '../exchange/empty';
import { assertOwn, folderError, newFolder, placeOf } from '../exchange/folder-paths';
import { renameFolder } from '../exchange/rename';
import type { Folder } from '../folder';
import type { Call, GraphApi } from './api';
import type { GraphChanger } from './change';
import type { GraphFolders } from './folders';
import type { GraphReader } from './read';

/** Of the folder that all folders of mail stand in. */
const ROOT = 'msgfolderroot';

/** What changes folders. Each method but `empty` is one request or two, beside those that look for the folder. */
export class GraphFolderOperations {
  constructor(
    private readonly api: GraphApi,
    private readonly folders: GraphFolders,
    private readonly reader: GraphReader,
    private readonly changer: GraphChanger,
  ) {}

  async create(path: string): Promise<Folder> {
    const { parent, name } = placeOf(path);
    const around = parent ? await this.folders.find(parent) : undefined;
    const place = around ? `${pathOf(around.id)}/childFolders` : '/mailFolders';
    await this.change(path, { method: 'POST', path: place, body: { displayName: name } });
    return newFolder(around?.folder.path ?? '', name);
  }

  async rename(path: string, newPath: string): Promise<Folder> {
    return await renameFolder(this.folders, path, newPath, {
      move: async ({ id }, parent) => {
        const destinationId = parent ? (await this.folders.find(parent)).id : ROOT;
        await this.change(newPath, { method: 'POST', path: `${pathOf(id)}/move`, body: { destinationId } });
      },
      rename: async ({ id }, name) =>
        await this.change(newPath, { method: 'PATCH', path: pathOf(id), body: { displayName: name } }),
    });
  }

  async delete(path: string): Promise<void> {
    const { folder, id } = await this.folders.find(path);
    assertOwn(folder);
    await this.change(
      path,
      this.api.settings.graph.permanentDelete
        ? { method: 'POST', path: `${pathOf(id)}/permanentDelete` }
        : { method: 'DELETE', path: pathOf(id) },
    );
  }

  async empty(path: string): Promise<number> {
    const deleted = await emptyByMessages(path, this.reader, this.changer);
    this.folders.forget();
    return deleted;
  }

  private async change(path: string, call: Call): Promise<void> {
    try {
      await this.api.call(call);
    } catch (error) {
      throw folderError(error, path);
    } finally {
      this.folders.forget();
    }
  }
}

const pathOf = (id: string): string => `/mailFolders/${encodeURIComponent(id)}`;
