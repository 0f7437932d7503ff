import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Message } from '../../../../mail/model/message';
import type { MessageSearch } from '../../../../mail/model/message-search';
import { forEachItem } from '../shared/each-item';
import { nameFailed, search } from '../shared/name-failed';
import { LIMIT_FIELDS } from '../fields/limit-fields';
import { readLimit } from '../fields/read-parameters';
import { hintAtRepetition } from '../bulk/repetition';
import { FILTER_FIELDS } from './filter-fields';
import { readFilters } from './filters';
import { OUTPUT_OF_MANY } from './output-fields';
import { readOutputOptions, toResults, wantedFor } from './output';
import { SEARCH_IN, SORT, readSearchIn, readSort } from './search-fields';
import { defineOperation } from '../operation';

export const getMany = defineOperation({
  value: 'getMany',
  name: 'Get Many',
  action: 'Find messages',
  description: 'Find messages in one folder, several or all',
  fields: [...SEARCH_IN, ...LIMIT_FIELDS, SORT, ...FILTER_FIELDS, ...OUTPUT_OF_MANY],
  execute,
});

const getEach = forEachItem({ repeatable: true }, async (context, itemIndex, { session, use }) => {
  const options = readOutputOptions(context, itemIndex);
  const asked: MessageSearch = {
    where: readSearchIn(context, itemIndex),
    query: readFilters(context, itemIndex),
    wanted: wantedFor(options),
    limit: readLimit(context, itemIndex),
    sort: readSort(context, itemIndex),
  };
  const { found, failed, failedFolders } = await search<Message[]>(
    use,
    async (client, refused, folders) => await client.searchMessages(asked, refused, folders),
  );
  const results = await toResults(context, await session(), found, options, failed);
  nameFailed(context, results, failed, failedFolders);
  return results;
});

/** The parameters that say what is asked for. */
const QUESTION = [
  ...['sessionName', 'searchIn', 'folder', 'folders', 'include', 'filters', 'limit', 'returnAll', 'sort'],
];

async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const output = await getEach(context);
  hintAtRepetition(context, QUESTION);
  return output;
}
