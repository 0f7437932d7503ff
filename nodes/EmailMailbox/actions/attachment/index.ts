import type { Resource } from '../resource';
import { download } from './download.operation';
import { getMany } from './getMany.operation';

/** In the order of the editor's list. */
export const attachment: Resource = {
  value: 'attachment',
  name: 'Attachment',
  operations: [download, getMany],
  preset: getMany,
};
