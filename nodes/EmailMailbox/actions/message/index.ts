import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../router';
import * as append from './append.operation';
import * as copy from './copy.operation';
import * as remove from './delete.operation';
import * as forward from './forward.operation';
import * as get from './get.operation';
import * as getMany from './getMany.operation';
import * as mark from './mark.operation';
import * as move from './move.operation';
import * as reply from './reply.operation';
import * as replyAll from './replyAll.operation';
import * as save from './save.operation';
import * as send from './send.operation';
import * as wait from './wait.operation';

export const operations: Readonly<Record<string, Operation>> = {
  append: append.execute,
  copy: copy.execute,
  delete: remove.execute,
  forward: forward.execute,
  get: get.execute,
  getMany: getMany.execute,
  mark: mark.execute,
  move: move.execute,
  reply: reply.execute,
  replyAll: replyAll.execute,
  save: save.execute,
  send: send.execute,
  wait: wait.execute,
};

export const description: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['message'] } },
    options: [
      {
        name: 'Append',
        value: 'append',
        action: 'Append a message',
        description: 'Put a message file into a folder without sending it',
      },
      {
        name: 'Copy',
        value: 'copy',
        action: 'Copy messages',
        description: 'Copy messages to another folder',
      },
      {
        name: 'Delete',
        value: 'delete',
        action: 'Delete messages',
        description: 'Move messages to the trash or delete them for good',
      },
      {
        name: 'Forward',
        value: 'forward',
        action: 'Forward a message',
        description: 'Send a message on to others',
      },
      { name: 'Get', value: 'get', action: 'Get a message', description: 'Get one message with its text' },
      {
        name: 'Get Many',
        value: 'getMany',
        action: 'Get many messages',
        description: 'Find messages in a folder, newest first',
      },
      {
        name: 'Mark',
        value: 'mark',
        action: 'Mark messages',
        description: 'Mark messages as read, flagged or answered, or with keywords',
      },
      {
        name: 'Move',
        value: 'move',
        action: 'Move messages',
        description: 'Move messages to another folder',
      },
      {
        name: 'Reply',
        value: 'reply',
        action: 'Reply to a message',
        description: 'Answer the sender of a message',
      },
      {
        name: 'Reply All',
        value: 'replyAll',
        action: 'Reply to all of a message',
        description: 'Answer the sender and the other recipients of a message',
      },
      { name: 'Save', value: 'save', action: 'Save messages', description: 'Save messages as files (.eml)' },
      {
        name: 'Send',
        value: 'send',
        action: 'Send a message',
        description: 'Send one message for each item',
      },
      {
        name: 'Wait for Message',
        value: 'wait',
        action: 'Wait for a message',
        description: 'Wait until a message arrives that meets the filters',
      },
    ],
    default: 'getMany',
  },
  ...append.description,
  ...copy.description,
  ...remove.description,
  ...forward.description,
  ...get.description,
  ...getMany.description,
  ...mark.description,
  ...move.description,
  ...reply.description,
  ...replyAll.description,
  ...save.description,
  ...send.description,
  ...wait.description,
];
