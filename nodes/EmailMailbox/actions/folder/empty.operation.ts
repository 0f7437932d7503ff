import { MailError } from '../../../../mail/errors';
import { folderName } from '../../../../mail/model/folder';
import { folderField, readFolder } from '../fields/folder-field';
import { permanentDeletion } from '../fields/permanent-deletion';
import { readSwitch } from '../fields/read-parameters';
import { forEachItem } from '../shared/each-item';
import { defineOperation } from '../operation';

export const empty = defineOperation({
  value: 'empty',
  name: 'Empty',
  action: 'Delete all messages in a folder',
  description: 'Permanently delete all messages in a folder',
  fields: [
    folderField({
      displayName: 'Folder',
      name: 'folder',
      description: 'Folder to empty. Its messages are deleted permanently.',
    }),
    {
      displayName: 'Dry Run',
      name: 'dryRun',
      type: 'boolean',
      default: false,
      description: 'Whether to only count the messages and delete nothing',
    },
    permanentDeletion({ dryRun: [false] }),
  ],
  execute: forEachItem({ repeatable: true }, async (context, itemIndex, { use }) => {
    const path = readFolder(context, 'folder', itemIndex);
    if (!readSwitch(context, 'dryRun', 'Dry Run', itemIndex)) {
      const deleted = await use(async (client) => await client.emptyFolder(path));
      return [{ json: { path, deleted, dryRun: false } }];
    }
    const folder = await use(async (client) => await client.getFolder(path));
    if (!folder) throw missing(path);
    return [{ json: { path, matched: folder.counts?.total ?? 0, deleted: 0, dryRun: true } }];
  }),
});

const missing = (path: string): MailError =>
  new MailError(
    'FOLDER_NOT_FOUND',
    `There is no folder "${folderName(path)}" in this mailbox`,
    'Check "Folder" for typing errors.',
  );
