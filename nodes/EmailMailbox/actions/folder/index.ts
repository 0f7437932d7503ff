import type { Resource } from '../resource';
import { create } from './create.operation';
import { remove } from './delete.operation';
import { empty } from './empty.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { getQuota } from './getQuota.operation';
import { rename } from './rename.operation';

/** In the order of the editor's list. */
export const folder: Resource = {
  value: 'folder',
  name: 'Folder',
  operations: [create, remove, empty, get, getMany, getQuota, rename],
  preset: getMany,
};
