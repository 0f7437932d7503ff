import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { foldersOfNode } from '../../n8n/trigger/editor-folders';
import { folderResults } from '../shared/folder-lists';

/** The folders of the account that the trigger logs in to. */
export async function searchFolders(
  this: ILoadOptionsFunctions,
  filter = '',
): Promise<INodeListSearchResult> {
  return await folderResults(this, async () => await foldersOfNode(this), filter);
}
