import type { IDataObject } from 'n8n-workflow';

import type { Folder } from '../../../../mail/model/folder';

/** A folder as an output item: flat, and the same on every protocol. */
export const toJson = ({ path, name, delimiter, specialUse, selectable, counts }: Folder): IDataObject => ({
  path,
  name,
  ...(delimiter === undefined ? {} : { delimiter }),
  ...(specialUse === undefined ? {} : { specialUse }),
  selectable,
  ...counts,
});
