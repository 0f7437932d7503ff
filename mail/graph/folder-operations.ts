import { emptyByMessages } from '../exchange/empty';
import { assertOwn, folderError, newFolder, placeOf } from '../exchange/folder-paths';
import { renameFolder } from '../exchange/rename';
import type { Folder } from '../model/folder';
import type { GraphApi } from './api';
import type { Call } from './call';
import type { GraphChanger } from './change';
import type { GraphFolders } from './folders';
import type { GraphReader } from './read';
import { folderPath } from './paths';

/** The parent of all mail folders. */
const ROOT = 'msgfolderroot';

/**
 * Changes folders. Each method except `empty` takes one or two requests, in addition to those that look up the folder.
 */
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
    const place = around ? `${folderPath(around.id)}/childFolders` : '/mailFolders';
    await this.change(path, { method: 'POST', path: place, body: { displayName: name } });
    return newFolder(around?.folder.path ?? '', name);
  }

  async rename(path: string, newPath: string): Promise<Folder> {
    return await renameFolder(this.folders, path, newPath, {
      move: async ({ id }, parent) => {
        const destinationId = parent ? (await this.folders.find(parent)).id : ROOT;
        await this.change(newPath, {
          method: 'POST',
          path: `${folderPath(id)}/move`,
          body: { destinationId },
        });
      },
      rename: async ({ id }, name) =>
        await this.change(newPath, { method: 'PATCH', path: folderPath(id), body: { displayName: name } }),
    });
  }

  async delete(path: string): Promise<void> {
    const { folder, id } = await this.folders.find(path);
    assertOwn(folder);
    await this.change(
      path,
      this.api.context.graph.permanentDelete
        ? { method: 'POST', path: `${folderPath(id)}/permanentDelete` }
        : { method: 'DELETE', path: folderPath(id) },
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
