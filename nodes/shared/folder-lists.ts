import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';

import { SPECIAL_USES, type Folder } from '../../mail/model/folder';
import type { AccountFolders } from '../../n8n/run/editor-sessions';
import { orListError } from './list-error';

/** The folders of an account, with the account. If the server refuses, the editor shows the error instead of an empty list. */
export async function folderResults(
  context: ILoadOptionsFunctions,
  load: () => Promise<AccountFolders>,
  filter: string,
): Promise<INodeListSearchResult> {
  const { account, folders } = await orListError(context, load);
  const items = folders.filter(({ selectable }) => selectable).map(toItem);
  return {
    results: containing(items, filter).map((item) => ({ ...item, name: `${item.name} – ${account}` })),
  };
}

/** Adds the use of a folder, unless its path already says it. */
const toItem = ({ path, specialUse }: Folder): INodeListSearchItems => ({
  name: specialUse && !isNamed(path, specialUse) ? `${path} (${SPECIAL_USES[specialUse].name})` : path,
  value: path,
});

const containing = (items: INodeListSearchItems[], filter: string): INodeListSearchItems[] =>
  items.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));

const isNamed = (path: string, specialUse: keyof typeof SPECIAL_USES): boolean =>
  path.toLowerCase() === SPECIAL_USES[specialUse].name.toLowerCase();
