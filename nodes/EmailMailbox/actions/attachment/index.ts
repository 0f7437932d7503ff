import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../router';
import * as download from './download.operation';
import * as getMany from './getMany.operation';

export const operations: Readonly<Record<string, Operation>> = {
  download: download.execute,
  getMany: getMany.execute,
};

export const description: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['attachment'] } },
    options: [
      {
        name: 'Download',
        value: 'download',
        action: 'Download attachments',
        description: 'Download attachments of messages as files',
      },
      {
        name: 'Get Many',
        value: 'getMany',
        action: 'Get many attachments',
        description: 'List attachments with names, types and sizes, without downloading them',
      },
    ],
    default: 'getMany',
  },
  ...download.description,
  ...getMany.description,
];
