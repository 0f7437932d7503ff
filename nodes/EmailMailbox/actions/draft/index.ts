import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../router';
import * as create from './create.operation';
import * as send from './send.operation';
import * as update from './update.operation';

export const operations: Readonly<Record<string, Operation>> = {
  create: create.execute,
  send: send.execute,
  update: update.execute,
};

export const description: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['draft'] } },
    options: [
      {
        name: 'Create',
        value: 'create',
        action: 'Create a draft',
        description: 'Save a message among the drafts',
      },
      {
        name: 'Send',
        value: 'send',
        action: 'Send a draft',
        description: 'Send a draft and remove it from the drafts',
      },
      {
        name: 'Update',
        value: 'update',
        action: 'Update a draft',
        description: 'Replace the content of a draft',
      },
    ],
    default: 'create',
  },
  ...create.description,
  ...send.description,
  ...update.description,
];
