import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { foldersForEditor } from '../../../n8n/run/editor-sessions';
import { folderResults } from '../../shared/folder-lists';

export { searchFolderUses } from '../../shared/folder-lists';

/** The folders of the session's account. */
export async function searchFolders(
  this: ILoadOptionsFunctions,
  filter = '',
): Promise<INodeListSearchResult> {
  const name = String(this.getCurrentNodeParameter('sessionName') ?? 'Default').trim();
  return await folderResults(this, async () => await foldersForEditor(this, name), filter);
}
