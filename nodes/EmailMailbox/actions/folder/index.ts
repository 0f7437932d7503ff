import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../router';
import * as create from './create.operation';
import * as remove from './delete.operation';
import * as empty from './empty.operation';
import * as get from './get.operation';
import * as getMany from './getMany.operation';
import * as rename from './rename.operation';

export const operations: Readonly<Record<string, Operation>> = {
  create: create.execute,
  delete: remove.execute,
  empty: empty.execute,
  get: get.execute,
  getMany: getMany.execute,
  rename: rename.execute,
};

export const description: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['folder'] } },
    options: [
      { name: 'Create', value: 'create', action: 'Create a folder', description: 'Make a new folder' },
      {
        name: 'Delete',
        value: 'delete',
        action: 'Delete a folder',
        description: 'Delete a folder with the messages in it',
      },
      {
        name: 'Empty',
        value: 'empty',
        action: 'Empty a folder',
        description: 'Delete all messages of a folder for good',
      },
      {
        name: 'Get',
        value: 'get',
        action: 'Get a folder',
        description: 'Get a folder with its counts, or learn that there is none',
      },
      {
        name: 'Get Many',
        value: 'getMany',
        action: 'Get many folders',
        description: 'List the folders of the mailbox',
      },
      { name: 'Rename', value: 'rename', action: 'Rename a folder', description: 'Rename or move a folder' },
    ],
    default: 'getMany',
  },
  ...create.description,
  ...remove.description,
  ...empty.description,
  ...get.description,
  ...getMany.description,
  ...rename.description,
];
