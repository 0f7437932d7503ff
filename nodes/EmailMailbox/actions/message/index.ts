import type { Resource } from '../resource';
import { append } from './append.operation';
import { copy } from './copy.operation';
import { remove } from './delete.operation';
import { forward } from './forward.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { getThread } from './getThread.operation';
import { mark } from './mark.operation';
import { move } from './move.operation';
import { reply } from './reply.operation';
import { replyAll } from './replyAll.operation';
import { save } from './save.operation';
import { send } from './send.operation';
import { sendAndWait } from './sendAndWait.operation';
import { wait } from './wait.operation';

/** In the order of the editor's list. */
export const message: Resource = {
  value: 'message',
  name: 'Message',
  operations: [
    append,
    copy,
    remove,
    forward,
    get,
    getMany,
    getThread,
    mark,
    move,
    reply,
    replyAll,
    save,
    send,
    sendAndWait,
    wait,
  ],
  preset: getMany,
};
