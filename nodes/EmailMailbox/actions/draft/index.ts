import type { Resource } from '../resource';
import { create } from './create.operation';
import { send } from './send.operation';
import { update } from './update.operation';

/** In the order of the editor's list. */
export const draft: Resource = {
  value: 'draft',
  name: 'Draft',
  operations: [create, send, update],
  preset: create,
};
