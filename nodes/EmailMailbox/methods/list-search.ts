import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { draftsForEditor, messagesForEditor } from '../../../n8n/run/editor-messages';
import { foldersForEditor } from '../../../n8n/run/editor-sessions';
import { checkedName } from '../../../n8n/run/session-parameter';
import { folderResults } from '../../shared/folder-lists';
import { DEFAULT_NAME } from '../../shared/session-name';
import { messageResults } from './message-results';

export { searchSessions } from '../../shared/session-lists';

const sessionOf = (context: ILoadOptionsFunctions): string =>
  checkedName(context.getCurrentNodeParameter('sessionName') ?? DEFAULT_NAME);

/** The folders of the session's account. */
export async function searchFolders(
  this: ILoadOptionsFunctions,
  filter = '',
): Promise<INodeListSearchResult> {
  const name = sessionOf(this);
  return await folderResults(this, async () => await foldersForEditor(this, name), filter);
}

/** The newest messages of the session's inbox, or those that match. */
export async function searchMessages(
  this: ILoadOptionsFunctions,
  filter = '',
): Promise<INodeListSearchResult> {
  const name = sessionOf(this);
  return await messageResults(this, async () => await messagesForEditor(this, name, filter), 'from');
}

/** The same for the session's drafts. */
export async function searchDrafts(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
  const name = sessionOf(this);
  return await messageResults(this, async () => await draftsForEditor(this, name, filter), 'to');
}
