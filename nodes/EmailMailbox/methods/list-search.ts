import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { foldersForEditor } from '../../../n8n/run/editor-sessions';
import { checkedName } from '../../../n8n/run/session-parameter';
import { folderResults } from '../../shared/folder-lists';
import { DEFAULT_NAME } from '../../shared/session-name';

export { searchFolderUses } from '../../shared/folder-lists';
export { searchSessions } from '../../shared/session-lists';

/** The folders of the session's account. */
export async function searchFolders(
  this: ILoadOptionsFunctions,
  filter = '',
): Promise<INodeListSearchResult> {
  const name = checkedName(this.getCurrentNodeParameter('sessionName') ?? DEFAULT_NAME);
  return await folderResults(this, async () => await foldersForEditor(this, name), filter);
}
