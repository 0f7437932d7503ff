import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Message } from '../../../../mail/model/message';
import { forEachItem } from '../shared/each-item';
import { nameFailed, search } from '../shared/name-failed';
import { folderField, readFolder } from '../fields/folder-field';
import { LIMIT_FIELDS } from '../fields/limit-fields';
import { readLimit } from '../fields/read-parameters';
import { hintAtRepetition } from '../bulk/repetition';
import { FILTERS } from './filter-fields';
import { readFilters } from './filters';
import { OUTPUT_OF_MANY } from './output-fields';
import { readOutputOptions, toResults, wantedFor } from './output';
import { defineOperation } from '../operation';

export const getMany = defineOperation({
  value: 'getMany',
  name: 'Get Many',
  action: 'Find messages in a folder',
  description: 'Find messages in a folder, newest first',
  fields: [
    folderField({
      displayName: 'Folder',
      name: 'folder',
      default: 'INBOX',
      description: 'Folder to look in',
    }),
    ...LIMIT_FIELDS,
    FILTERS,
    ...OUTPUT_OF_MANY,
  ],
  execute,
});

const getEach = forEachItem({ repeatable: true }, async (context, itemIndex, { session, use }) => {
  const folder = readFolder(context, 'folder', itemIndex);
  const query = readFilters(context, itemIndex);
  const limit = readLimit(context, itemIndex);
  const options = readOutputOptions(context, itemIndex);
  const { found, failed } = await search<Message[]>(
    use,
    async (client, refused) => await client.listMessages(folder, query, wantedFor(options), limit, refused),
  );
  const results = await toResults(context, await session(), found, options);
  nameFailed(context, results, failed);
  return results;
});

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const output = await getEach(context);
  hintAtRepetition(context, ['sessionName', 'folder', 'filters', 'limit', 'returnAll']);
  return output;
}
