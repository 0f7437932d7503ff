import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import { MailError } from '../../../../mail/errors';
import { folderField, readFolder } from '../fields/folder-field';
import { readSwitch } from '../fields/read-parameters';
import { forEachItem } from './each-item';

export const description: INodeProperties[] = updateDisplayOptions(
  { show: { resource: ['folder'], operation: ['empty'] } },
  [
    folderField({
      displayName: 'Folder',
      name: 'folder',
      description: 'Folder whose messages are deleted for good',
    }),
    {
      displayName: 'Dry Run',
      name: 'dryRun',
      type: 'boolean',
      default: false,
      description: 'Whether to only count the messages, and delete nothing',
    },
  ],
);

export const execute = forEachItem({ repeatable: true }, async (context, itemIndex, use) => {
  const path = readFolder(context, 'folder', itemIndex);
  if (!readSwitch(context, 'dryRun', 'Dry Run', itemIndex)) {
    return [{ path, deleted: await use(async (client) => await client.emptyFolder(path)), dryRun: false }];
  }
  const folder = await use(async (client) => await client.getFolder(path));
  if (!folder) throw missing(path);
  return [{ path, matched: folder.counts?.total ?? 0, deleted: 0, dryRun: true }];
});

const missing = (path: string): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    `There is no folder "${path}" in this mailbox`,
    'Check "Folder" for a typing error.',
  );
