import type { INodeProperties } from 'n8n-workflow';

import type { BatchResult, MailClient, MoveResult } from '../../../../mail/model/client';
import { permanentDeletion } from '../fields/permanent-deletion';
import { readSwitch } from '../fields/read-parameters';
import { moveResultJson } from './move-result';
import type { BulkAction } from './types';

/** @param what in the plural: `messages` */
export const permanently = (what: string): INodeProperties[] => [
  {
    displayName: 'Delete Permanently',
    name: 'permanently',
    type: 'boolean',
    default: false,
    description: `Whether to delete the ${what} permanently instead of moving them to the trash. Messages in the trash are always deleted permanently.`,
  },
  permanentDeletion({ permanently: [true] }),
];

/** Deletes messages with a function of the shape of `MailClient.deleteMessages`. */
export const deletion = (
  run: (
    client: MailClient,
    ids: readonly string[],
    options: { permanently: boolean },
  ) => Promise<BatchResult<MoveResult>>,
): BulkAction<boolean, MoveResult> => ({
  done: 'deleted',
  repeatable: true,
  read: (context, itemIndex) => readSwitch(context, 'permanently', 'Delete Permanently', itemIndex),
  run: async (client, ids, isForGood) => await run(client, ids, { permanently: isForGood }),
  toJson: (id, result) => ({ ...moveResultJson(id, result), deleted: true }),
});
