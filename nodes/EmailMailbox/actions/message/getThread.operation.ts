import { updateDisplayOptions, type IExecuteFunctions } from 'n8n-workflow';

import type { Message } from '../../../../mail/model/message';
import type { ThreadReference } from '../../../../mail/model/thread';
import { forEachItem } from '../shared/each-item';
import { nameFailed, search } from '../shared/name-failed';
import { MESSAGE_ID, THREAD_ID } from '../fields/id-field';
import { LIMIT_FIELDS } from '../fields/limit-fields';
import { MESSAGE, THREAD, readId } from '../fields/read-ids';
import { readChoice, readLimit } from '../fields/read-parameters';
import { OUTPUT_OF_MANY } from './output-fields';
import { readOutputOptions, toResults, wantedFor } from './output';
import { SORT, readSort } from './search-fields';
import { defineOperation } from '../operation';

export const getThread = defineOperation({
  value: 'getThread',
  name: 'Get Thread',
  action: 'Get the messages of a thread',
  description: 'Get all messages of a conversation, from every folder that usually holds them',
  fields: [
    {
      displayName: 'Thread Of',
      name: 'threadOf',
      type: 'options',
      options: [
        { name: 'A Message', value: 'message', description: 'The thread that a message belongs to' },
        { name: 'A Thread ID', value: 'thread', description: 'The field "threadId" of a message' },
      ],
      default: 'message',
      description: 'What names the thread',
    },
    ...updateDisplayOptions({ show: { threadOf: ['message'] } }, MESSAGE_ID),
    ...updateDisplayOptions({ show: { threadOf: ['thread'] } }, THREAD_ID),
    {
      displayName: 'Search In',
      // Not `folders` or `searchIn`, which have other values in Get Many: the editor keeps a value when the operation changes.
      name: 'threadFolders',
      type: 'options',
      options: [
        {
          name: 'All Folders',
          value: 'all',
          description: 'Also other folders, drafts, junk and the trash. Over IMAP, this takes longer.',
        },
        {
          name: 'Usual Folders',
          value: 'usual',
          description: 'The folder of the message, the inbox, sent mail, the archive and all mail',
        },
      ],
      default: 'usual',
      description: 'Where to look for messages of the thread',
    },
    ...LIMIT_FIELDS,
    { ...SORT, default: 'oldest' },
    ...OUTPUT_OF_MANY,
  ],
  execute: forEachItem({ repeatable: true }, async (context, itemIndex, { session, use }) => {
    const thread = readThread(context, itemIndex);
    const allFolders =
      readChoice(context, 'threadFolders', 'Search In', ['usual', 'all'], itemIndex) === 'all';
    const sort = readSort(context, itemIndex, 'oldest');
    const limit = readLimit(context, itemIndex);
    const options = readOutputOptions(context, itemIndex);
    const { found, failed, failedFolders } = await search<Message[]>(
      use,
      async (client, messages, folders) =>
        await client.threadMessages(
          thread,
          { wanted: wantedFor(options), limit, sort, allFolders },
          messages,
          folders,
        ),
    );
    const results = await toResults(context, await session(), found, options, failed);
    nameFailed(context, results, failed, failedFolders);
    return results;
  }),
});

/** @throws {MailError} INVALID_INPUT */
function readThread(context: IExecuteFunctions, itemIndex: number): ThreadReference {
  const isMessage =
    readChoice(context, 'threadOf', 'Thread Of', ['message', 'thread'], itemIndex) === 'message';
  return isMessage
    ? { id: readId(context, itemIndex, MESSAGE) }
    : { threadId: readId(context, itemIndex, THREAD) };
}
