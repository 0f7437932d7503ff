import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../router';
import * as get from './get.operation';
import * as getMany from './getMany.operation';
import * as send from './send.operation';

export const operations: Readonly<Record<string, Operation>> = {
  get: get.execute,
  getMany: getMany.execute,
  send: send.execute,
};

export const description: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['message'] } },
    options: [
      { name: 'Get', value: 'get', action: 'Get a message', description: 'Get one message with its text' },
      {
        name: 'Get Many',
        value: 'getMany',
        action: 'Get many messages',
        description: 'Find messages in a folder, newest first',
      },
      {
        name: 'Send',
        value: 'send',
        action: 'Send a message',
        description: 'Send one message for each item',
      },
    ],
    default: 'getMany',
  },
  ...get.description,
  ...getMany.description,
  ...send.description,
];
