import { listDrafts } from '../../../../mail/model/drafts';
import type { Message } from '../../../../mail/model/message';
import { LIMIT_FIELDS } from '../fields/limit-fields';
import { readLimit } from '../fields/read-parameters';
import { readOutputOptions, toResults, wantedFor } from '../message/output';
import { OUTPUT_OF_MANY } from '../message/output-fields';
import { defineOperation } from '../operation';
import { forEachItem } from '../shared/each-item';
import { nameFailed, search } from '../shared/name-failed';

export const getMany = defineOperation({
  value: 'getMany',
  name: 'Get Many',
  action: 'List the drafts',
  description: 'List the messages in the drafts folder, newest first',
  fields: [...LIMIT_FIELDS, ...OUTPUT_OF_MANY],
  execute: forEachItem({ repeatable: true }, async (context, itemIndex, { session, use }) => {
    const limit = readLimit(context, itemIndex);
    const options = readOutputOptions(context, itemIndex);
    const { found, failed } = await search<Message[]>(
      use,
      async (client, refused) => await listDrafts(client, wantedFor(options), limit, refused),
    );
    const results = await toResults(context, await session(), found, options, failed);
    nameFailed(context, results, failed);
    return results;
  }),
});
