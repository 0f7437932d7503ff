import { isMailError } from '../errors';
import { assertOwn, folderExists, folderNotFound, placeOf } from '../exchange/folder-paths';
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
    const within = parent ? `/${encodeURIComponent((await this.folders.find(parent)).id)}/childFolders` : '';
    await this.change(path, { method: 'POST', path: `/mailFolders${within}`, body: { displayName: name } });
    return (await this.folders.find(path)).folder;
  }

  /** Renames and moves, each only where it is asked for. */
  async rename(path: string, newPath: string): Promise<Folder> {
    const { folder, id } = await this.folders.find(path);
    const { parent, name } = placeOf(newPath);
    assertOwn(folder);
    const self = `/mailFolders/${encodeURIComponent(id)}`;
    if (placeOf(folder.path).parent !== parent) {
      const destinationId = parent ? (await this.folders.find(parent)).id : ROOT;
      await this.change(newPath, { method: 'POST', path: `${self}/move`, body: { destinationId } });
    }
    if (name !== folder.name) {
      await this.change(newPath, { method: 'PATCH', path: self, body: { displayName: name } });
    }
    return (await this.folders.find(newPath)).folder;
  }

  async delete(path: string): Promise<void> {
    const { folder, id } = await this.folders.find(path);
    assertOwn(folder);
    const self = `/mailFolders/${encodeURIComponent(id)}`;
    await this.change(
      path,
      this.api.settings.graph.permanentDelete
        ? { method: 'POST', path: `${self}/permanentDelete` }
        : { method: 'DELETE', path: self },
    );
  }

  /** Graph has no request for it: the messages are found and deleted, 20 with each. */
  async empty(path: string): Promise<number> {
    const ids = await this.reader.find(path, {}, Infinity);
    const outcomes = [...(await this.changer.delete(ids)).values()];
    this.folders.forget();
    const failed = outcomes.filter((one) => isMailError(one));
    // What somebody else deleted meanwhile is gone, too.
    const [first] = failed.filter((one) => one.code !== 'MESSAGE_NOT_FOUND');
    if (first) throw first;
    return outcomes.length - failed.length;
  }

  private async change(path: string, call: Call): Promise<void> {
    try {
      await this.api.call(call);
    } catch (error) {
      if (isMailError(error, 'FOLDER_EXISTS')) throw folderExists(path);
      throw isMailError(error, 'MESSAGE_NOT_FOUND', 'FOLDER_NOT_FOUND') ? folderNotFound(path) : error;
    } finally {
      this.folders.forget();
    }
  }
}
