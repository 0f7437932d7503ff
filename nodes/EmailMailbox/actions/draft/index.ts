import type { Resource } from '../resource';
import { create } from './create.operation';
import { remove } from './delete.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { send } from './send.operation';
import { update } from './update.operation';

/** In the order of the editor's list. */
export const draft: Resource = {
  value: 'draft',
  name: 'Draft',
  operations: [create, remove, get, getMany, send, update],
  preset: create,
};
