import type { Folder } from '../../../../mail/model/folder';
import { LIMIT_FIELDS } from '../fields/limit-fields';
import { isOn, readOptions, type SwitchOption } from '../fields/options';
import { readLimit } from '../fields/read-parameters';
import { forEachItem } from '../shared/each-item';
import { nameFailed, search } from '../shared/name-failed';
import { toJson } from './output';
import { defineOperation } from '../operation';

const INCLUDE_COUNTS: SwitchOption = {
  displayName: 'Include Counts',
  name: 'includeCounts',
  type: 'boolean',
  default: true,
  description: 'Whether to count the messages and the unread messages in each folder',
};

export const getMany = defineOperation({
  value: 'getMany',
  name: 'Get Many',
  action: 'List the folders',
  description: 'List the folders of the mailbox',
  fields: [
    ...LIMIT_FIELDS,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add option',
      default: {},
      options: [INCLUDE_COUNTS],
    },
  ],
  execute: forEachItem({ repeatable: true }, async (context, itemIndex, { use }) => {
    const limit = readLimit(context, itemIndex);
    const counts = isOn(INCLUDE_COUNTS, readOptions(context, itemIndex));
    const { found, failedFolders } = await search<Folder[]>(
      use,
      async (client, _, failed) => await client.listFolders({ counts }, failed),
    );
    const results = found.slice(0, limit).map((folder) => ({ json: toJson(folder) }));
    nameFailed(context, results, new Map(), failedFolders);
    return results;
  }),
});
